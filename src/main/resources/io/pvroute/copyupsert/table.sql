-- The real name of a table, what kind of relation it is, whether its policies hide rows from this user, whether it has rules, which COPY does
-- not follow, and whether this user may create temporary tables.
-- 1: its oid
SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, pg_catalog.row_security_active(c.oid) AS row_security,
       c.relhasrules AS rules, pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY') AS temporary
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid = CAST(? AS oid)
