-- A dead window is due at once, and a site that is down is asked after its pause rather than after its period. The pause holds however often
-- this is asked for: no request can have ended later than now. No row: there is no such dead window (any more).
WITH due AS (
    UPDATE pv_window
       SET retry_at = now()
     WHERE site = (:#${header.site})::text
       AND starts_at = (:#${header.window})::timestamptz
       AND state = 'dead'
    RETURNING site, starts_at
),
asked AS (
    UPDATE pv_site AS s
       SET next_request_at = now() + coalesce(s.pause, (:#${properties:archive.pause})::interval)
      FROM due
     WHERE s.site = due.site
       AND s.lease IS NULL
       AND s.next_request_at > now() + coalesce(s.pause, (:#${properties:archive.pause})::interval)
)
SELECT due.site, due.starts_at FROM due
