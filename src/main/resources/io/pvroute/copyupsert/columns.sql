-- The columns of a table. A domain is followed down to its base type: that is what travels. The modifier, such as the 10 of varchar(10),
-- stands at the column or at the domain next to the base type.
-- Where an explicit cast to type and modifier would cut off silently (bits, and arrays of bits or characters), "cuts" says so.
-- 1 and 2: the table's oid
WITH RECURSIVE base AS (
    SELECT a.attnum, t.oid, t.typtype, t.typbasetype, a.atttypmod AS typmod, t.typtypmod
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = CAST(? AS oid) AND a.attnum > 0 AND NOT a.attisdropped
     UNION ALL
    SELECT b.attnum, t.oid, t.typtype, t.typbasetype, b.typtypmod, t.typtypmod
      FROM base b
      JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype
     WHERE b.typtype = 'd')
SELECT a.attname AS name, a.attnum, a.attgenerated::text AS generated, a.attidentity::text AS identity, a.atttypid <> b.oid AS domain,
       b.oid AS type, b.typmod, pg_catalog.format_type(b.oid, b.typmod) AS type_name, pg_catalog.format_type(b.oid, -1) AS bare_type,
       e.oid IN (1560, 1562) OR e.oid <> t.oid AND e.oid IN (1042, 1043) AS cuts
  FROM base b
  JOIN pg_catalog.pg_attribute a ON a.attrelid = CAST(? AS oid) AND a.attnum = b.attnum
  JOIN pg_catalog.pg_type t ON t.oid = b.oid
  JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typlen = -1 AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
 WHERE b.typtype <> 'd'
 ORDER BY a.attnum
