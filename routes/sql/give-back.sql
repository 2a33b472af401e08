-- The window in hand could not be stored, for a fault of the database: it is still owed, and its site is given back. The few seconds are
-- for a database that is there and does not store: a logger that needs no pause is not to be asked again and again meanwhile. Nothing
-- happens where the lease was lost.
UPDATE pv_site
   SET lease = NULL,
       leased_by = NULL,
       leased_until = NULL,
       next_request_at = now() + greatest(coalesce(pause, (:#${properties:archive.pause})::interval), interval '3 s')
 WHERE site = :#${variable.window[site]}
   AND lease = (:#${variable.window[lease]})::uuid
