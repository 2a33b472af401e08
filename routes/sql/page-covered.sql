-- How much of each local day of a site is read, both days included, for one that is read in realtime alone: in how many steps of five
-- minutes a device was heard, of how many there are or were until now; fewer where it is read less often. A day of
-- which the archive told, where the site had one before, is whole.
SELECT local.day::text AS day,
       least(covered.steps, possible.steps) AS steps,
       possible.steps AS possible,
       archived.found AS archived
  FROM pv_site AS s
 CROSS JOIN LATERAL (
       SELECT least((SELECT min(t.day) FROM pv_day_total AS t WHERE t.site = s.site),
                    (SELECT min(f.ts) FROM pv_power_flow AS f WHERE f.site = s.site) AT TIME ZONE s.zone)::date AS day) AS first
 CROSS JOIN LATERAL (
       SELECT d::date AS day, d AT TIME ZONE s.zone AS starts_at, (d + interval '1 day') AT TIME ZONE s.zone AS ends_at
         FROM generate_series(greatest(first.day, (:#${header.from})::date)::timestamp,
                              least((:#${header.to})::date, (now() AT TIME ZONE s.zone)::date)::timestamp, interval '1 day') AS d) AS local
 CROSS JOIN LATERAL (
       SELECT greatest((SELECT max(t.samples) FROM pv_day_total AS t WHERE t.site = s.site AND t.day = local.day),
                       -- what is not totalled yet
                       CASE WHEN local.ends_at > now()
                            THEN (SELECT count(DISTINCT pv_step(f.ts)) FROM pv_power_flow AS f WHERE f.site = s.site AND f.ts >= local.starts_at)
                            ELSE 0 END) AS steps) AS covered
 CROSS JOIN LATERAL (
       SELECT ceil(extract(epoch FROM least(local.ends_at, now()) - local.starts_at)
                   / greatest(300, extract(epoch FROM coalesce(nullif(s.realtime, interval '0'), (:#${properties:realtime.period})::interval))))::bigint AS steps) AS possible
 CROSS JOIN LATERAL (
       SELECT EXISTS (SELECT FROM pv_window AS w
                       WHERE w.site = s.site AND w.loaded_from <= local.starts_at + interval '12 hours'
                         AND CASE w.state WHEN 'loaded' THEN w.ends_at ELSE w.loaded_through END > local.starts_at + interval '12 hours') AS found) AS archived
 WHERE s.site = (:#${header.site})::text
 ORDER BY local.day
