-- The role that Grafana reads with, in the database of pvroute, once, by an administrator; again does no harm:
--
--   psql -d pv -f deploy/grafana/role.sql
--
-- It reads every table of the database, those of later versions too, writes none, and gives up what takes longer than half a minute. It
-- needs a password then: \password grafana.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grafana') THEN
        CREATE ROLE grafana LOGIN;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO grafana', current_database());
END
$$;
GRANT pg_read_all_data TO grafana;
ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '30s';
-- Each of its queries is one of milliseconds, which is not worth compiling.
ALTER ROLE grafana SET jit = off;
