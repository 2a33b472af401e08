-- All that has been read of a site is owed once more.
UPDATE pv_window SET state = 'open', loaded_from = NULL, retry_at = NULL WHERE site = ? AND state IN ('open', 'loaded')
