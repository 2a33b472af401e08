-- The columns of a table. A domain is followed down to its base type: that is what travels. The modifier, such as the 10 of varchar(10),
-- stands at the column or at the domain next to the base type. An array is followed to the type of its elements, down to its base type
-- too: "scalar" is that, or the column's base type where it is no array, and "element" the elements' own type, which may be a domain.
-- Where an explicit cast to type and modifier would cut off silently (bits, and arrays of bits or characters), "cuts" says so.
-- 1 and 2: the table's oid
WITH RECURSIVE step AS (
    SELECT a.attnum, t.oid, t.typtype, t.typbasetype, t.typelem, a.atttypmod AS typmod, t.typtypmod, CAST(NULL AS oid) AS element
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = CAST(? AS oid) AND a.attnum > 0 AND NOT a.attisdropped
     UNION ALL
    SELECT s.attnum, t.oid, t.typtype, t.typbasetype, t.typelem, CASE s.typtype WHEN 'd' THEN s.typtypmod ELSE s.typmod END, t.typtypmod,
           CASE s.typtype WHEN 'd' THEN s.element ELSE t.oid END
      FROM step s
      JOIN pg_catalog.pg_type t ON t.oid = s.typbasetype OR s.element IS NULL AND t.oid = s.typelem AND t.typarray = s.oid)
SELECT a.attname AS name, a.attnum, a.attgenerated::text AS generated, a.attidentity::text AS identity, a.atttypid <> b.oid AS domain,
       b.oid AS type, pg_catalog.format_type(b.oid, b.typmod) AS type_name, pg_catalog.format_type(b.oid, -1) AS bare_type,
       e.element, COALESCE(e.oid, b.oid) AS scalar, COALESCE(e.typmod, b.typmod) AS scalar_typmod,
       COALESCE(e.typtype, b.typtype) = 'e' AS enum,
       b.oid IN (1560, 1562) OR e.oid IN (1042, 1043, 1560, 1562) AS cuts
  FROM step b
  JOIN pg_catalog.pg_attribute a ON a.attrelid = CAST(? AS oid) AND a.attnum = b.attnum
  LEFT JOIN step e ON e.attnum = b.attnum AND e.element IS NOT NULL AND e.typtype <> 'd'
 WHERE b.typtype <> 'd' AND b.element IS NULL
 ORDER BY a.attnum
