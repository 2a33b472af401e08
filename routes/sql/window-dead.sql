-- A fault of this window alone: it is parked with its reason and tried again after archive.retry, twice that, four times … at most
-- archive.retry-max, which is also when what cannot heal by itself is tried again; the site goes on with its other windows. Nothing
-- happens where the lease was lost: whoever holds it now writes the book. Where the next window is being read already, the logger is left
-- alone until that request must have ended.
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
),
setting AS (
    SELECT (:#${variable.failure.heals})::boolean AS heals,
           (:#${properties:archive.retry})::interval AS retry,
           (:#${properties:archive.retry-max})::interval AS retry_max
)
INSERT INTO pv_window AS w (site, starts_at, ends_at, state, attempts, failed_at, last_failed_at, retry_at, error)
SELECT site,
       (:#${variable.window[starts_at]})::timestamptz,
       (:#${variable.window[ends_at]})::timestamptz,
       'dead', 1, now(), now(),
       now() + CASE WHEN heals THEN least(retry, retry_max) ELSE retry_max END,
       :#${variable.failure.reason}
  FROM released, setting
ON CONFLICT (site, starts_at) DO UPDATE
   SET state = 'dead',
       attempts = w.attempts + 1,
       failed_at = coalesce(w.failed_at, EXCLUDED.failed_at),
       last_failed_at = EXCLUDED.last_failed_at,
       retry_at = now() + (SELECT CASE WHEN heals THEN least(retry * 2 ^ least(w.attempts, 20), retry_max) ELSE retry_max END FROM setting),
       error = EXCLUDED.error
RETURNING w.attempts,
          to_char(w.retry_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS retry_at,
          (SELECT pv_duration(now() - down_since) FROM released) AS was_down
