-- After the request the pause begins. A logger that has answered is read on after it; one that has not waits as long as it waited before.
UPDATE pv_site
   SET lease = NULL,
       leased_until = NULL,
       next_request_at = CASE WHEN :answered::boolean THEN now() + coalesce(pause, :pause::interval)
                              ELSE greatest(now() + coalesce(pause, :pause::interval), :restedUntil::timestamptz) END
 WHERE site = :site
   AND lease = :lease::uuid
