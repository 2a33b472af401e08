-- Right before the answer is stored: is the lease still ours? No row: somebody else reads this site now, and the answer is dropped.
-- The disk is not waited for: should the server crash and forget this, the lease ends when claim-windows.sql said it would.
UPDATE pv_site
   SET leased_until = now() + (:#${properties:archive.lease})::interval
 WHERE site = :#${variable.window[site]}
   AND lease = (:#${variable.window[lease]})::uuid
   AND set_config('synchronous_commit', 'off', true) = 'off'
