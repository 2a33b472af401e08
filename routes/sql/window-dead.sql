-- A fault of this window alone: it is parked with its reason and tried again after a minute, two, four … at most a day; the site goes on
-- with its other windows. Nothing happens where the lease was lost: whoever holds it now writes the book. Where the next window is being
-- read already, the logger is left alone until that request must have ended.
WITH before AS (
    SELECT site, down_since
      FROM pv_site
     WHERE site = :#${variable.window[site]}
       AND lease = (:#${variable.window[lease]})::uuid
       FOR UPDATE
),
released AS (
    UPDATE pv_site AS s
       SET lease = NULL,
           leased_by = NULL,
           leased_until = NULL,
           next_request_at = CASE WHEN coalesce((:#${variable.goesOn})::boolean, false) THEN s.next_request_at
                                  ELSE now() + coalesce(s.pause, (:#${properties:archive.pause})::interval) END,
           down_since = NULL,
           error = CASE WHEN (:#${variable.failure.fault})::text = 'CLOCK' THEN :#${variable.failure.reason} END
      FROM before
     WHERE s.site = before.site
    RETURNING s.site, before.down_since
)
INSERT INTO pv_window AS w (site, starts_at, ends_at, state, attempts, failed_at, retry_at, error)
SELECT site,
       (:#${variable.window[starts_at]})::timestamptz,
       (:#${variable.window[ends_at]})::timestamptz,
       'dead', 1, now(), now() + interval '1 minute', :#${variable.failure.reason}
  FROM released
ON CONFLICT (site, starts_at) DO UPDATE
   SET state = 'dead',
       attempts = w.attempts + 1,
       failed_at = coalesce(w.failed_at, EXCLUDED.failed_at),
       retry_at = now() + least(interval '1 minute' * 2 ^ least(w.attempts, 20), interval '24 hours'),
       error = EXCLUDED.error
RETURNING w.attempts, to_char(w.retry_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS retry_at,
          (SELECT extract(epoch FROM now() - down_since)::bigint FROM released) AS was_down_seconds
