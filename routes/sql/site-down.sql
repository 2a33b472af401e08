-- The logger does not answer as a logger should: the site is down, and is asked again once a period; once in archive.retry-max where that
-- cannot heal by itself. The window that was asked for is dead with the same reason and owed as soon as the site answers. Where it is the
-- one window that takes a site down that answers for others, again and again, it waits like a window with a fault of its own: else
-- nothing older would ever be read. Nothing happens where the lease was lost.
WITH before AS (
    SELECT site,
           down_since,
           greatest(CASE WHEN (:#${variable.failure.heals})::boolean
                         THEN coalesce(period, (:#${properties:archive.period})::interval)
                         ELSE (:#${properties:archive.retry-max})::interval END,
                    coalesce(pause, (:#${properties:archive.pause})::interval)) AS rest
      FROM pv_site
     WHERE site = :#${variable.window[site]}
       AND lease = (:#${variable.window[lease]})::uuid
       FOR UPDATE
),
down AS (
    UPDATE pv_site AS s
       SET lease = NULL,
           leased_by = NULL,
           leased_until = NULL,
           next_request_at = now() + before.rest,
           down_since = coalesce(s.down_since, now()),
           error = :#${variable.failure.reason}
      FROM before
     WHERE s.site = before.site
    RETURNING s.site, s.next_request_at, before.down_since IS NULL AS newly, before.rest
),
dead AS (
    INSERT INTO pv_window AS w (site, starts_at, ends_at, state, attempts, failed_at, last_failed_at, error)
    SELECT site, (:#${variable.window[starts_at]})::timestamptz, (:#${variable.window[ends_at]})::timestamptz, 'dead', 1, now(), now(),
           :#${variable.failure.reason}
      FROM down
    ON CONFLICT (site, starts_at) DO UPDATE
       SET state = 'dead',
           attempts = w.attempts + 1,
           failed_at = coalesce(w.failed_at, EXCLUDED.failed_at),
           last_failed_at = EXCLUDED.last_failed_at,
           retry_at = CASE WHEN (SELECT newly FROM down) AND w.state = 'dead'
                           THEN (SELECT next_request_at FROM down)
                                + least((:#${properties:archive.retry})::interval * 2 ^ least(w.attempts, 20),
                                        (:#${properties:archive.retry-max})::interval)
                           END,
           error = EXCLUDED.error
)
SELECT newly, next_request_at, pv_duration(rest) AS every FROM down
