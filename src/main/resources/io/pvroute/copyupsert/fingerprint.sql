-- Decides which table a name means, and whether that table is still as it was: every altered column, index, owner or right changes the xmin
-- of one of these catalog rows; vacuum and analyze do not.
-- 1: what the name as given may mean, text for to_regclass, the likeliest first
SELECT c.oid,
       pg_catalog.concat_ws(' ', c.oid, c.xmin,
           (SELECT pg_catalog.string_agg(a.xmin::text, ',' ORDER BY a.attnum)
              FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0),
           (SELECT pg_catalog.string_agg(i.indexrelid || ':' || i.xmin, ',' ORDER BY i.indexrelid)
              FROM pg_catalog.pg_index i
             WHERE i.indrelid = c.oid)) AS fingerprint
  FROM pg_catalog.pg_class c
 WHERE c.oid = (SELECT pg_catalog.to_regclass(n.name)
                  FROM pg_catalog.unnest(?::text[]) WITH ORDINALITY AS n(name, nth)
                 WHERE pg_catalog.to_regclass(n.name) IS NOT NULL
                 ORDER BY n.nth
                 LIMIT 1)
