-- Which channel goes into which column of pv_archive: the comments of its columns say so.
SELECT channel, column_name FROM pv_channel ORDER BY position
