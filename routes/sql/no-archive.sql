-- The logger answers, and has no archive: the site is read in realtime alone, and its archive is asked for again once in archive.retry-max
-- and after an outage: another logger may stand there by then. What was owed of it is no dead letter. Nothing happens where the lease was
-- lost.
WITH before AS (
    SELECT s.site, s.down_since, coalesce(l.archive, true) AS newly
      FROM pv_site AS s
      LEFT JOIN pv_logger AS l ON l.site = s.site
     WHERE s.site = :#${variable.window[site]}
       AND s.lease = (:#${variable.window[lease]})::uuid
       FOR UPDATE OF s
),
released AS (
    UPDATE pv_site AS s
       SET lease = NULL,
           leased_by = NULL,
           leased_until = NULL,
           next_request_at = now() + greatest((:#${properties:archive.retry-max})::interval,
                                              coalesce(s.pause, (:#${properties:archive.pause})::interval)),
           down_since = CASE WHEN NOT before.newly THEN s.down_since END,
           error = CASE WHEN NOT before.newly THEN s.error END
      FROM before
     WHERE s.site = before.site
    RETURNING s.site, before.newly, coalesce(s.realtime, (:#${properties:realtime.period})::interval) AS every
),
noted AS (
    INSERT INTO pv_logger AS l (site, archive, archive_at)
    SELECT site, false, now() FROM released
    ON CONFLICT (site) DO UPDATE
       SET archive = false,
           archive_at = now()
),
buried AS (
    UPDATE pv_window AS w
       SET state = 'open', attempts = 0, failed_at = NULL, last_failed_at = NULL, retry_at = NULL, error = NULL
      FROM released
     WHERE w.site = released.site
       AND w.state = 'dead'
)
SELECT newly, pv_duration(every) AS every FROM released
