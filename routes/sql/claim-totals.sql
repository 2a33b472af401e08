-- Which sites have readings that pv_day_total does not know yet, and since when; each at most every five minutes, by one runner. The power
-- flow is read beside what the totals are made of: alone it is worth one where it goes on for ten minutes after that. What comes late, but
-- no more than an hour, is looked at as well, and nothing further back than a stretch can be long. pv_total_days() looks 24 hours back by
-- itself.
WITH due AS (
    SELECT t.site, unseen.since
      FROM pv_turn AS t
      JOIN pv_site AS s ON s.site = t.site
     CROSS JOIN LATERAL (
           SELECT min(coalesce(greatest(told.newest_at, pv_next_reading(r.source, t.site, r.device, told.newest_at + interval '1 microsecond')
                                                        - interval '24 hours'),
                               r.first_at)) AS since
             FROM pv_read_devices(t.site) AS r
            CROSS JOIN LATERAL (
                  SELECT CASE r.source
                         WHEN 'pv_power_flow'
                         THEN (SELECT max(d.newest_at) + interval '10 minutes' FROM pv_day_total AS d
                                WHERE d.site = t.site AND d.day = (SELECT max(last.day) FROM pv_day_total AS last WHERE last.site = t.site))
                         ELSE (SELECT d.newest_at FROM pv_day_total AS d
                                WHERE d.site = t.site AND d.device = r.device ORDER BY d.day DESC LIMIT 1)
                         END AS newest_at) AS told
            WHERE r.source <> 'pv_storage'
              AND r.newest_at > coalesce(told.newest_at, '-infinity')) AS unseen
     WHERE coalesce(t.totalled_at, '-infinity') <= now() - interval '5 minutes'
       AND unseen.since IS NOT NULL
     ORDER BY t.totalled_at NULLS FIRST, t.site
       FOR UPDATE OF t SKIP LOCKED
)
UPDATE pv_turn AS t
   SET totalled_at = now()
  FROM due
 WHERE t.site = due.site
RETURNING t.site, (due.since + interval '23 hours')::text AS from_at
