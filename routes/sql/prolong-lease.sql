-- Right before the answer is stored: is the lease still ours? No row: somebody else reads this site now, and the answer is dropped.
UPDATE pv_site
   SET leased_until = now() + (:#${properties:archive.lease})::interval
 WHERE site = :#${variable.window[site]}
   AND lease = (:#${variable.window[lease]})::uuid
