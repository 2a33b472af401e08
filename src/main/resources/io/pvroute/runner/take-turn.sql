-- The turn to ask the archive of a site once, as a runner takes it: no other has it, and the pause after the last request is over. A site
-- that is down is left alone for longer than that; who checks it need not wait for so long, if its last request is known. No row: not now.
WITH site AS (
    SELECT s.site,
           s.next_request_at,
           coalesce(s.pause, :pause::interval) AS pause,
           s.lease IS NULL AND s.down_since IS NOT NULL AND s.next_request_at > now() + coalesce(s.pause, :pause::interval) AS waits_for_a_probe,
           (SELECT max(w.last_failed_at) FROM pv_window AS w WHERE w.site = s.site) AS last_failed_at
      FROM pv_site AS s
     WHERE s.site = :site
       AND (s.lease IS NULL OR s.leased_until <= now())
       FOR UPDATE
)
UPDATE pv_site AS s
   SET lease = gen_random_uuid(),
       leased_by = NULL,
       leased_until = now() + :longest::interval,
       next_request_at = now() + :longest::interval + site.pause
  FROM site
 WHERE s.site = site.site
   AND (site.next_request_at <= now() OR site.waits_for_a_probe AND site.last_failed_at <= now() - site.pause)
RETURNING s.lease, site.next_request_at AS rested_until
