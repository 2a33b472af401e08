#!/usr/bin/env bash
# In the database container of compose.yaml, after roles.sql and grafana/role.sql: the passwords of the roles, out of their files. A file's
# content is quoted by psql, whatever it is, and stands in no command line; the server logs no statement of it.
set -euo pipefail

psql --username="${POSTGRES_USER:-postgres}" --dbname="${POSTGRES_DB:-postgres}" --set=ON_ERROR_STOP=1 --no-psqlrc --quiet <<'SQL'
\set owner_password `cat /run/secrets/db_owner_password`
\set runner_password `cat /run/secrets/db_password`
\set grafana_password `cat /run/secrets/grafana_db_password`
SET log_min_error_statement = panic;
SET log_statement = none;
ALTER ROLE pvroute_owner PASSWORD :'owner_password';
ALTER ROLE pvroute PASSWORD :'runner_password';
ALTER ROLE grafana PASSWORD :'grafana_password';
SQL
