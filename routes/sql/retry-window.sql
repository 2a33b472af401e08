-- A dead window is due at once, and a site that is down is asked after its pause rather than after its period. The pause holds however often
-- this is asked for: no request can have ended later than now. No row: there is no such dead window (any more).
WITH locked AS MATERIALIZED (
    -- first the site and then its windows, as those do it who read them
    SELECT site FROM pv_site WHERE site = (:#${header.site})::text FOR UPDATE
),
due AS (
    UPDATE pv_window AS w
       SET retry_at = now()
      FROM locked
     WHERE w.site = locked.site
       AND w.starts_at = (:#${header.window})::timestamptz
       AND w.state = 'dead'
    RETURNING w.site, w.starts_at
),
asked AS (
    UPDATE pv_site AS s
       SET due_at = '-infinity',
           next_request_at = CASE WHEN s.lease IS NULL
                                  THEN least(s.next_request_at, now() + coalesce(s.pause, (:#${properties:archive.pause})::interval))
                                  ELSE s.next_request_at END
      FROM due
     WHERE s.site = due.site
)
SELECT due.site, due.starts_at FROM due
