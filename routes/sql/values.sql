-- The values of a table of readings that are kept, and their columns.
SELECT column_name, value, is_text FROM pv_value WHERE table_name = (:#${variable.table})::text ORDER BY position
