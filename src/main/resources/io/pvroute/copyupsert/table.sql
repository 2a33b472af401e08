-- The real name of a table, what kind of relation it is, and whether its policies hide rows from this user.
-- 1: its oid
SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, pg_catalog.row_security_active(c.oid) AS row_security
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid = CAST(? AS oid)
