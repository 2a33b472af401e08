-- Which loggers are asked for their present now, and for what: of every site that is enabled and rested (pv_turn.next_at), the one request
-- that is due for longest; the first of realtime.requests before all others. From the start of one request to the start of the next
-- there are realtime.pause, and no more than two are open at a time, for any number of runners. Requests to the archive are none of this:
-- they wait for nobody here. The one place that decides it.
-- Each request has its places in time, realtime.period apart: one that comes late does not move those after it.
WITH setting AS (
    SELECT (:#${properties:realtime.period})::interval AS period,
           (:#${properties:realtime.pause})::interval AS pause,
           (:#${properties:realtime.discovery})::interval AS discovery,
           (:#${properties:realtime.max-age})::interval AS max_age,
           ((:#${properties:archive.connect-timeout})::bigint + (:#${properties:realtime.timeout})::bigint) * interval '1 ms' AS longest_request,
           (:#${properties:realtime.parallel})::integer AS parallel,
           (:#${ref:runnerId})::text::uuid AS runner
),
wanted AS (
    SELECT trim(asked.request) AS request, asked.number, false AS discovers
      FROM unnest(string_to_array((:#${properties:realtime.requests})::text, ',')) WITH ORDINALITY AS asked(request, number)
     WHERE trim(asked.request) <> ''
    UNION ALL
    VALUES ('devices', 1001, true), ('api-version', 1002, true), ('logger-info', 1003, true), ('inverter-info', 1004, true)
),
-- a site that is new, or that a crash of the server has forgotten, has its first turn with the next tick
new AS (
    INSERT INTO pv_turn (site)
    SELECT s.site
      FROM setting
     CROSS JOIN pv_site AS s
     WHERE s.enabled
       AND coalesce(s.realtime, setting.period) > interval '0'
       AND NOT EXISTS (SELECT FROM pv_turn AS t WHERE t.site = s.site)
    ON CONFLICT DO NOTHING
),
-- how many more this runner may have open
free AS (
    SELECT greatest(0, setting.parallel - count(r.site)) AS requests
      FROM setting LEFT JOIN pv_reading AS r ON r.asked_by = setting.runner AND r.in_flight_until > now()
     GROUP BY setting.parallel
),
-- Those that may be due for something: where nothing was due when a site was looked at last, it is left out until something is (due_at).
rested AS MATERIALIZED (
    SELECT t.site, t.next_at, t.down_since, t.ctid AS version, s.url, rhythm.period
      FROM setting
     CROSS JOIN pv_site AS s
      JOIN pv_turn AS t ON t.site = s.site
     CROSS JOIN LATERAL (SELECT coalesce(s.realtime, setting.period) AS period) AS rhythm
     WHERE s.enabled
       AND rhythm.period > interval '0'
       AND t.next_at <= now()
       AND (t.due_at <= now() OR t.due_at > now() + interval '1 minute') -- nobody writes that: the clock went back
       AND (SELECT count(*) FROM pv_reading AS r WHERE r.site = s.site AND r.in_flight_until > now()) < 2
     -- a bite of those that wait for longest: whoever was looked at goes to the end of the line
     ORDER BY greatest(t.due_at, t.next_at), t.site
     LIMIT (SELECT CASE WHEN free.requests > 0 THEN 256 ELSE 0 END FROM free)
       FOR UPDATE OF t SKIP LOCKED
),
looked AS MATERIALIZED (
    SELECT s.*, d.request, d.device_id, d.discovers, d.at, coalesce(d.is_due, false) AS is_due
      FROM rested AS s
     -- A device that has not been listed for a week is gone; a logger may leave out at night what sleeps.
     CROSS JOIN LATERAL (
           SELECT count(*) AS devices,
                  count(*) FILTER (WHERE v.class = 'Inverter') AS inverters,
                  count(*) FILTER (WHERE v.class = 'Meter') AS meters,
                  count(*) FILTER (WHERE v.class = 'Storage') AS storages,
                  count(*) FILTER (WHERE v.class = 'Ohmpilot') AS ohmpilots
             FROM pv_device AS v
            WHERE v.site = s.site AND v.seen_at > now() - interval '7 days') AS known
     -- the request that is due, or else the one that will be first
      LEFT JOIN LATERAL (
           SELECT each.request, each.device_id, each.discovers, due.at, due.is_due
             FROM (SELECT w.request, '' AS device_id, w.number, w.discovers
                     FROM wanted AS w
                    WHERE w.request <> 'inverter'
                      -- Where there is no list of devices to be had, all is asked for.
                      AND CASE
                          WHEN known.devices = 0
                          THEN w.request NOT IN ('meters', 'storages', 'ohmpilots')
                               OR EXISTS (SELECT FROM pv_reading AS l WHERE l.site = s.site AND l.request = 'devices' AND l.failures > 0)
                          -- Up to three inverters are asked one by one, which tells their currents and voltages; more than that at once.
                          WHEN w.request = 'inverters' THEN known.inverters NOT BETWEEN 1 AND 3 OR 'inverter' NOT IN (SELECT one.request FROM wanted AS one)
                          WHEN w.request = 'meters' THEN known.meters > 0
                          WHEN w.request = 'storages' THEN known.storages > 0
                          WHEN w.request = 'ohmpilots' THEN known.ohmpilots > 0
                          ELSE true
                          END
                   UNION ALL
                   SELECT w.request, v.id, w.number, false
                     FROM wanted AS w
                     JOIN pv_device AS v ON v.site = s.site AND v.class = 'Inverter' AND v.seen_at > now() - interval '7 days'
                    WHERE w.request = 'inverter'
                      -- it goes into a URL, and is whatever the logger said
                      AND v.id ~ '^[0-9]+$'
                      AND known.inverters BETWEEN 1 AND 3) AS each
             LEFT JOIN pv_reading AS r ON r.site = s.site AND r.request = each.request AND r.device_id = each.device_id
            CROSS JOIN LATERAL (
                  SELECT coalesce(r.next_at, '-infinity') AS at,
                         coalesce(r.next_at, '-infinity') <= now() AND coalesce(r.in_flight_until, '-infinity') <= now() AS is_due) AS due
            -- a logger that does not answer is not asked for more than one thing
            WHERE s.down_since IS NULL OR each.number = (SELECT min(w.number) FROM wanted AS w)
            ORDER BY due.is_due DESC, due.is_due AND each.number > (SELECT min(w.number) FROM wanted AS w), due.at, each.number, each.device_id
            LIMIT 1) AS d ON true
),
due AS (
    SELECT looked.*
      FROM looked
      -- else another has claimed it since the book was seen
      JOIN pv_turn AS t ON t.site = looked.site AND t.ctid = looked.version
     WHERE looked.is_due
     ORDER BY looked.next_at, looked.site
     LIMIT (SELECT free.requests FROM free)
),
-- Nothing is due: it is looked at again when something will be, within a minute in any case.
put_off AS (
    UPDATE pv_turn AS t
       -- what is open and due again may have its turn as soon as it is answered: to the end of the line with it
       SET due_at = CASE WHEN looked.at <= now() THEN now() ELSE least(now() + interval '1 minute', looked.at) END
      FROM looked
     WHERE t.site = looked.site
       AND t.ctid = looked.version -- else somebody has had it looked at again since the book was seen
       AND NOT looked.is_due
),
turn AS (
    UPDATE pv_turn AS t
       SET next_at = now() + setting.pause
      FROM setting, due
     WHERE t.site = due.site
),
reading AS (
    INSERT INTO pv_reading AS r (site, request, device_id, asked_by, asked_at, in_flight_until, next_at)
    SELECT due.site, due.request, due.device_id, setting.runner, now(), now() + setting.longest_request,
           CASE WHEN due.discovers THEN now() + setting.discovery
                -- sites have their places apart, so that not all are asked in the same second
                ELSE to_timestamp((floor((place.now - place.phase) / place.period) + 1) * place.period + place.phase) END
      FROM setting
     CROSS JOIN due
     CROSS JOIN LATERAL (
           SELECT extract(epoch FROM now())::float8 AS now,
                  extract(epoch FROM due.period)::float8 AS period,
                  (hashtext(due.site) & 1023) / 1024.0 * extract(epoch FROM due.period)::float8 AS phase) AS place
    ON CONFLICT (site, request, device_id) DO UPDATE
       SET asked_by = EXCLUDED.asked_by,
           asked_at = EXCLUDED.asked_at,
           in_flight_until = EXCLUDED.in_flight_until,
           next_at = EXCLUDED.next_at
    RETURNING r.site, r.request, r.device_id, r.asked_at, r.in_flight_until
)
SELECT reading.site,
       due.url,
       reading.request,
       nullif(reading.device_id, '') AS device_id,
       trim(reading.request || ' ' || reading.device_id) AS what,
       reading.asked_at,
       -- between these the stamps of an answer are believed
       reading.asked_at - setting.max_age AS oldest_at,
       reading.in_flight_until + interval '5 min' AS newest_at,
       CASE WHEN due.discovers THEN interval '1 hour' ELSE due.period END::text AS every
  FROM setting
 CROSS JOIN reading
  JOIN due ON due.site = reading.site
