-- The rights that a runner needs and a role (null: this user) does not have, as statements that give them. docs/operating.md and
-- deploy/rights.sql name the same.
WITH grantee (role) AS (
    VALUES (coalesce(?::text, current_user::text))
),
needed (relation, privileges) AS (
    VALUES ('pv_site', 'SELECT, INSERT, UPDATE'),
           ('pv_window', 'SELECT, INSERT, UPDATE'),
           ('pv_archive', 'SELECT, INSERT, UPDATE'),
           ('pv_event', 'SELECT, INSERT, UPDATE'),
           ('pv_rejected', 'SELECT, INSERT, UPDATE, DELETE'),
           ('pv_day_total', 'SELECT, INSERT, UPDATE, DELETE'),
           ('pv_logger', 'SELECT, INSERT, UPDATE'),
           ('pv_device', 'SELECT, INSERT, UPDATE'),
           ('pv_turn', 'SELECT, INSERT, UPDATE'),
           ('pv_reading', 'SELECT, INSERT, UPDATE'),
           ('pv_power_flow', 'SELECT, INSERT, UPDATE, DELETE'),
           ('pv_inverter', 'SELECT, INSERT, UPDATE, DELETE'),
           ('pv_meter', 'SELECT, INSERT, UPDATE, DELETE'),
           ('pv_storage', 'SELECT, INSERT, UPDATE, DELETE'),
           ('pv_ohmpilot', 'SELECT, INSERT, UPDATE, DELETE'),
           ('pv_thinned', 'SELECT, INSERT, UPDATE'),
           ('pv_channel', 'SELECT'),
           ('pv_value', 'SELECT'),
           ('pv_day', 'SELECT'),
           ('pv_power', 'SELECT'),
           ('pv_device_power', 'SELECT'),
           ('pv_counter', 'SELECT'),
           ('pv_schema_history', 'SELECT')
),
lacking AS (
    SELECT relation, string_agg(privilege, ', ' ORDER BY place) AS privileges
      FROM needed
     CROSS JOIN grantee
     CROSS JOIN LATERAL unnest(string_to_array(privileges, ', ')) WITH ORDINALITY AS each(privilege, place)
     WHERE to_regclass(relation) IS NOT NULL
       AND NOT has_table_privilege(role, relation, privilege)
     GROUP BY relation
)
SELECT format('GRANT %s ON %s TO %I;', privileges, string_agg(relation, ', ' ORDER BY relation), role) AS grant_statement
  FROM lacking
 CROSS JOIN grantee
 GROUP BY privileges, role
UNION ALL
SELECT format('GRANT USAGE ON SCHEMA %I TO %I;', current_schema(), role)
  FROM grantee
 WHERE NOT has_schema_privilege(role, current_schema(), 'USAGE')
UNION ALL
SELECT format('GRANT TEMPORARY ON DATABASE %I TO %I;', current_database(), role)
  FROM grantee
 WHERE NOT has_database_privilege(role, current_database(), 'TEMPORARY')
