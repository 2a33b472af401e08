-- How a column that has no unique index is compared: the operators (at most, equal, at least) of its type's default btree, and its collation.
-- 1: the table's oid; 2: the column's number; 3: the oid of its type, of a domain its base type
SELECT (SELECT pg_catalog.array_agg(pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY m.amopstrategy)
          FROM pg_catalog.pg_amop m
          JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
          JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
         WHERE m.amopfamily = oc.opcfamily AND m.amopmethod = 403 AND m.amopstrategy IN (2, 3, 4)
           AND m.amoplefttype = oc.opcintype AND m.amoprighttype = oc.opcintype) AS operators,
       co.oid AS collation, ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname) AS collate,
       co.collisdeterministic AND pg_catalog.getdatabaseencoding() = 'UTF8' AS faithful_text
  FROM pg_catalog.pg_attribute a
  LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
  JOIN pg_catalog.pg_type t ON TRUE
  JOIN pg_catalog.pg_opclass oc ON oc.opcmethod = 403 AND oc.opcdefault
   AND (oc.opcintype = t.oid
        OR oc.opcintype = CASE WHEN t.typtype = 'e' THEN 3500 WHEN t.typtype = 'r' THEN 3831 WHEN t.typtype = 'm' THEN 4537
                               WHEN t.typtype = 'c' THEN 2249 WHEN t.typelem <> 0 AND t.typlen = -1 THEN 2277
                               WHEN t.oid = 1043 THEN 25 WHEN t.oid = 650 THEN 869 END)
 WHERE a.attrelid = CAST(? AS oid) AND a.attnum = ? AND t.oid = CAST(? AS oid)
 ORDER BY oc.opcintype = t.oid DESC
 LIMIT 1
