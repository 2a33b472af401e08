-- A reading is stored. Where its logger had not answered before, what it is is asked anew, and its archive has its turn without waiting for
-- the next probe. A site that is read in realtime alone is back.
WITH reading AS (
    SELECT (:#${variable.reading[site]})::text AS site,
           (:#${variable.reading[request]})::text AS request,
           coalesce((:#${variable.reading[device_id]})::text, '') AS device_id,
           (:#${variable.reading[asked_at]})::timestamptz AS asked_at,
           (:#${properties:archive.pause})::interval AS pause
),
before AS (
    SELECT reading.*,
           t.down_since AS turn_down_since,
           s.down_since,
           NOT s.archive OR coalesce(NOT l.archive, false) AS realtime_alone
      FROM reading
      JOIN pv_site AS s ON s.site = reading.site
      LEFT JOIN pv_turn AS t ON t.site = reading.site
      LEFT JOIN pv_logger AS l ON l.site = reading.site
),
answered AS (
    UPDATE pv_reading AS r
       SET in_flight_until = NULL,
           answered_at = now(),
           failures = 0,
           error = NULL
      FROM reading
     WHERE r.site = reading.site
       AND r.request = reading.request
       AND r.device_id = reading.device_id
       AND r.asked_at = reading.asked_at
),
asked_anew AS (
    UPDATE pv_reading AS r
       SET next_at = '-infinity'
      FROM before
     WHERE before.turn_down_since IS NOT NULL
       AND r.site = before.site
       AND r.request IN ('devices', 'api-version', 'logger-info', 'inverter-info')
       AND r.request <> before.request
),
turn AS (
    UPDATE pv_turn AS t
       SET down_since = NULL,
           due_at = '-infinity'
      FROM before
     WHERE t.site = before.site
       -- more may be due than when it was looked at
       AND (before.turn_down_since IS NOT NULL OR before.request = 'devices')
),
back AS (
    UPDATE pv_site AS s
       SET down_since = CASE WHEN NOT before.realtime_alone THEN s.down_since END,
           error = CASE WHEN NOT before.realtime_alone THEN s.error END,
           next_request_at = CASE WHEN s.lease IS NULL AND before.turn_down_since IS NOT NULL
                                  THEN least(s.next_request_at, now() + coalesce(s.pause, before.pause))
                                  ELSE s.next_request_at END
      FROM before
     WHERE s.site = before.site
       AND (before.turn_down_since IS NOT NULL OR before.realtime_alone AND before.down_since IS NOT NULL)
)
SELECT CASE WHEN realtime_alone THEN pv_duration(now() - down_since) END AS was_down FROM before
