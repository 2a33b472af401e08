-- All that has been read of a site is owed once more, from now on.
WITH again AS (
    UPDATE pv_window SET state = 'open', loaded_from = NULL, retry_at = NULL WHERE site = ? AND state IN ('open', 'loaded') RETURNING site
)
UPDATE pv_site SET due_at = '-infinity' WHERE site IN (SELECT site FROM again)
