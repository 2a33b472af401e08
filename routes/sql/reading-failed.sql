-- A request for the present was not answered, or what came could not be stored. It is sent again in its rhythm; the first of
-- realtime.requests tells whether the logger is there: where it is not, nothing else is asked until it answers, and that once a minute
-- at most. Any other request is sent after twice as long each time, a day at most, which is also when what cannot heal is tried again. A site
-- that is read in realtime alone is down; of others their archive tells.
WITH reading AS (
    SELECT (:#${variable.reading[site]})::text AS site,
           (:#${variable.reading[request]})::text AS request,
           coalesce((:#${variable.reading[device_id]})::text, '') AS device_id,
           (:#${variable.reading[asked_at]})::timestamptz AS asked_at,
           (:#${variable.reading[every]})::interval AS every,
           (:#${variable.failure.fault})::text AS fault,
           (:#${variable.failure.reason})::text AS reason,
           (:#${variable.failure.heals})::boolean AS heals,
           (:#${variable.reading[request]})::text = trim(split_part((:#${properties:realtime.requests})::text, ',', 1)) AS is_probe
),
before AS (
    SELECT reading.*,
           t.down_since AS turn_down_since,
           NOT s.archive OR coalesce(NOT l.archive, false) AS realtime_alone
      FROM reading
      JOIN pv_site AS s ON s.site = reading.site
      LEFT JOIN pv_turn AS t ON t.site = reading.site
      LEFT JOIN pv_logger AS l ON l.site = reading.site
),
failed AS (
    UPDATE pv_reading AS r
       SET in_flight_until = NULL,
           failures = r.failures + 1,
           error = before.reason,
           next_at = greatest(r.next_at, now() + CASE WHEN before.is_probe THEN interval '0'
                                                      WHEN before.heals THEN least(before.every * 2 ^ least(r.failures, 20), interval '1 day')
                                                      ELSE interval '1 day' END)
      FROM before
     WHERE r.site = before.site
       AND r.request = before.request
       AND r.device_id = before.device_id
       AND r.asked_at = before.asked_at
    RETURNING r.failures, r.next_at
),
down AS (
    SELECT before.*, failed.failures
      FROM before, failed
     WHERE before.is_probe
       -- what is at fault is the logger; or it has answered that it cannot, again and again
       AND (before.fault IN ('SITE', 'CLOCK') OR failed.failures >= 3)
),
turn AS (
    UPDATE pv_turn AS t
       SET down_since = coalesce(t.down_since, now()),
           next_at = greatest(t.next_at, now() + interval '1 minute')
      FROM down
     WHERE t.site = down.site
),
-- without a list of devices, all is asked for
looked_at_again AS (
    UPDATE pv_turn AS t
       SET due_at = '-infinity'
      FROM failed
      JOIN before ON before.request = 'devices'
     WHERE t.site = before.site
       AND NOT EXISTS (SELECT FROM down)
),
site AS (
    UPDATE pv_site AS s
       SET down_since = coalesce(s.down_since, now()),
           error = down.reason
      FROM down
     WHERE s.site = down.site
       AND down.realtime_alone
       AND (s.down_since IS NULL OR s.error IS DISTINCT FROM down.reason)
)
SELECT coalesce((SELECT down.realtime_alone AND down.turn_down_since IS NULL FROM down), false) AS newly_down,
       NOT before.is_probe AND failed.failures = 3 AS worth_a_line,
       to_char(failed.next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS next_at
  FROM before, failed
