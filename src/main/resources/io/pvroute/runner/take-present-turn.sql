-- The turn to send a logger one request for its present, as claim-readings.sql gives it to a runner: realtime.pause after the start of the
-- last one, and while no more than one other is open. It is noted as one that is open. No row: not now.
WITH turn AS (
    INSERT INTO pv_turn AS t (site, next_at)
    VALUES (:site, now() + :pause::interval)
    ON CONFLICT (site) DO UPDATE
       SET next_at = EXCLUDED.next_at
     WHERE t.next_at <= now()
       AND (SELECT count(*) FROM pv_reading AS r WHERE r.site = t.site AND r.in_flight_until > now()) < 2
    RETURNING t.site
)
INSERT INTO pv_reading AS r (site, request, asked_at, in_flight_until, next_at)
SELECT turn.site, 'check', now(), now() + :longest::interval, 'infinity' FROM turn
ON CONFLICT (site, request, device_id) DO UPDATE
   SET asked_at = EXCLUDED.asked_at,
       in_flight_until = EXCLUDED.in_flight_until
RETURNING true
