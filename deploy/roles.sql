-- Two roles for pvroute, in the database that this is run in, once, by an administrator; again does no harm:
--
--   psql -d pv -f deploy/roles.sql
--
-- pvroute_owner  makes and upgrades the tables, and owns them: for pvroute migrate alone
-- pvroute        reads and writes rows as pvroute run does; it can make, change or drop no table, and delete
--                nothing of the archive
--
-- Each needs a password then (\password pvroute_owner, \password pvroute). What pvroute may do is given to it by the owner, with the
-- first tables and after each upgrade: pvroute migrate --grant pvroute, or rights.sql.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['pvroute_owner', 'pvroute'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
        EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), role);
    END LOOP;
END
$$;

-- Nobody but the owner puts anything beside the tables of pvroute. PostgreSQL 15 and newer begin like this.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO pvroute_owner;
GRANT USAGE ON SCHEMA public TO pvroute;
