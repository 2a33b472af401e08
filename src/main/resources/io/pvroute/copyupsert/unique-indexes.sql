-- The unique indexes of a table, a row for each of their columns, the primary key first; "columns" are all of its key, or that an expression
-- of it reads; "direction" is that of the index as ORDER BY takes it; "unusable" says why one cannot be the key of an upsert. The operators (at most, equal, at least: strategies 2, 3 and 4 of a btree, whose oid is 403) are those of its operator class.
-- 1: the table's oid
SELECT x.relname AS index, i.indisprimary AS is_primary,
       CASE WHEN NOT i.indisvalid OR NOT i.indisready THEN 'is not valid'
            WHEN NOT i.indimmediate THEN 'is deferrable'
            WHEN i.indpred IS NOT NULL THEN 'is partial'
            WHEN i.indexprs IS NOT NULL THEN 'is on an expression'
            WHEN x.relam <> 403 THEN 'is not a btree' END AS unusable,
       i.indkey[p.nth] AS attnum, oc.opcdefault AS default_order,
       CASE i.indoption[p.nth] & 3 WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' WHEN 3 THEN ' DESC' ELSE '' END AS direction,
       ARRAY(SELECT k.attnum::integer
               FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, nth)
              WHERE k.attnum > 0 AND k.nth <= i.indnkeyatts
              UNION
             SELECT d.refobjsubid
               FROM pg_catalog.pg_depend d
              WHERE i.indexprs IS NOT NULL AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid
                AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid > 0) AS columns,
       (SELECT pg_catalog.array_agg(pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY m.amopstrategy)
          FROM pg_catalog.pg_amop m
          JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
          JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
         WHERE m.amopfamily = oc.opcfamily AND m.amopmethod = 403 AND m.amopstrategy IN (2, 3, 4)
           AND m.amoplefttype = oc.opcintype AND m.amoprighttype = oc.opcintype) AS operators,
       co.oid AS collation, ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname) AS collate,
       co.collisdeterministic AND pg_catalog.getdatabaseencoding() = 'UTF8' AS faithful_text
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
 CROSS JOIN LATERAL pg_catalog.generate_series(0, i.indnkeyatts - 1) AS p(nth)
  JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[p.nth]
  LEFT JOIN pg_catalog.pg_collation co ON co.oid = i.indcollation[p.nth]
  LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
 WHERE i.indrelid = CAST(? AS oid) AND i.indisunique AND i.indislive
 ORDER BY i.indisprimary DESC, i.indexrelid, p.nth
