-- A reading is in hand that the database does not store for now: it counts as open for longer, so that no other is claimed in its place.
UPDATE pv_reading
   SET in_flight_until = now() + ((:#${properties:archive.connect-timeout})::bigint + (:#${properties:realtime.timeout})::bigint) * interval '1 ms'
 WHERE site = (:#${variable.reading[site]})::text
   AND request = (:#${variable.reading[request]})::text
   AND device_id = coalesce((:#${variable.reading[device_id]})::text, '')
   AND asked_at = (:#${variable.reading[asked_at]})::timestamptz
