-- Right before the answer is stored: is the lease still ours? No row: somebody else reads this site now, and the answer is dropped.
-- The disk is not waited for: should the server crash and forget this, the lease ends when claim-windows.sql said it would.
UPDATE pv_site
   SET leased_until = now() + (:#${properties:archive.lease})::interval,
       -- until total-days.sql has run: what is stored now and what an earlier reader left
       untotalled = (SELECT range_merge(coalesce(untotalled, asked), asked)
                       FROM tstzrange((:#${variable.window[from_at]})::timestamptz, (:#${variable.window[to_at]})::timestamptz) AS asked)
 WHERE site = :#${variable.window[site]}
   AND lease = (:#${variable.window[lease]})::uuid
   AND set_config('synchronous_commit', 'off', true) = 'off'
