-- Dead letters again now: their windows wait no longer. A site that is down waits no longer either than the pause after its last request
-- asks for; one that is being read is left as it is. Dead windows of a site that is not enabled are named, but nobody reads them.
WITH locked AS MATERIALIZED (
    -- first the sites and then their windows, as those do it who read them
    SELECT s.site FROM pv_site AS s WHERE s.site = coalesce(:site::text, s.site) ORDER BY s.site FOR UPDATE
),
again AS (
    UPDATE pv_window AS w
       SET retry_at = NULL
      FROM locked
     WHERE w.state = 'dead'
       AND w.site = locked.site
       AND w.starts_at = coalesce(pv_window_start(:window::timestamptz), w.starts_at)
    RETURNING w.site, w.starts_at, w.ends_at, w.attempts, w.failed_at, w.error
),
asked AS (
    SELECT w.site, max(greatest(w.read_at, w.last_failed_at)) AS last_request
      FROM pv_window AS w
     WHERE w.site IN (SELECT site FROM again)
     GROUP BY w.site
),
rested AS (
    UPDATE pv_site AS s
       SET due_at = '-infinity',
           next_request_at = CASE WHEN s.down_since IS NOT NULL AND s.lease IS NULL
                                  THEN least(s.next_request_at, greatest(now(), asked.last_request + coalesce(s.pause, :pause::interval)))
                                  ELSE s.next_request_at END
      FROM asked
     WHERE s.site = asked.site
    RETURNING s.site, s.next_request_at
)
SELECT again.*, s.enabled, coalesce(rested.next_request_at, s.next_request_at) AS next_request_at, now() AS now
  FROM again
  JOIN pv_site AS s ON s.site = again.site
  LEFT JOIN rested ON rested.site = again.site
 ORDER BY again.site, again.starts_at DESC
