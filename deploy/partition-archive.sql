-- Turns pv_archive into a table that is partitioned by month, for databases of many sites: docs/scaling.md tells when it is worth it.
--
--   psql -d pv -v ON_ERROR_STOP=1 -f deploy/partition-archive.sql
--
-- Run by the owner of the tables, or by an administrator, once; a second time changes nothing. It is one transaction: all of it happens, or
-- nothing. It copies every row, so it needs room for the archive twice until it ends, and pv_archive is locked meanwhile: runners and readers
-- wait, or fail and come again by themselves. Stop the runners if that would be too long.
--
-- The key, the channels (the comments of the columns), other indexes, rights, and the views on the table stay. What cannot be carried over
-- makes it stop with a sentence: triggers, policies, rules, publications, storage settings; and PostgreSQL itself refuses to drop the old
-- table where a materialized view, a foreign key or a function depends on it.
--
-- Months begin in UTC. A row of a month without a partition goes to pv_archive_other, so that none is ever refused; pv_archive_months() makes
-- partitions ahead, and moves out of pv_archive_other what has gathered there. Run it once a year, as one of those two.

BEGIN;

-- What is made goes to the schema of pv_archive, wherever the search path of who runs this points.
DO $$
BEGIN
    PERFORM set_config('search_path', (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'pv_archive'::regclass), true);
END
$$;

CREATE OR REPLACE FUNCTION pv_archive_months(until timestamptz) RETURNS integer
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    -- months begin in UTC, and the bounds of a partition can be had as text only, whose time zones are not clear in every session
    SET timezone = 'UTC'
    AS $$
DECLARE
    archive regclass := 'pv_archive';
    owner text := (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = archive);
    columns text;
    gathered timestamptz[];
    month record;
    name text;
    number integer;
    made integer := 0;
BEGIN
    -- one at a time, and nobody writes a row of a month while it gets its partition
    LOCK TABLE ONLY pv_archive IN SHARE UPDATE EXCLUSIVE MODE;
    LOCK TABLE pv_archive_other IN ACCESS EXCLUSIVE MODE;
    columns := (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                 WHERE attrelid = archive AND attnum > 0 AND NOT attisdropped AND attgenerated = '');
    gathered := ARRAY(SELECT DISTINCT date_trunc('month', o.ts) FROM pv_archive_other AS o WHERE isfinite(o.ts));
    FOR month IN
        -- a month that another partition holds, or a part of it, needs none, whatever that one is called
        SELECT m.starts_at, m.ends_at
          FROM (SELECT starts_at, starts_at + interval '1 month' AS ends_at
                  FROM (SELECT unnest(gathered) AS starts_at
                        UNION
                        SELECT generate_series(date_trunc('month', now()), until, interval '1 month')) AS wanted) AS m
         WHERE NOT EXISTS (SELECT FROM pg_inherits AS i
                             JOIN pg_class AS c ON c.oid = i.inhrelid
                            CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid),
                                                            '^FOR VALUES FROM \(''?([^'']*)''?\) TO \(''?([^'']*)''?\)$') AS bounds (are)
                            WHERE i.inhparent = archive
                              AND replace(are[1], 'MINVALUE', '-infinity')::timestamptz < m.ends_at
                              AND replace(are[2], 'MAXVALUE', 'infinity')::timestamptz > m.starts_at)
         ORDER BY m.starts_at
    LOOP
        -- a table of that name has been detached, or is somebody's own: it is not touched
        name := 'pv_archive_' || to_char(month.starts_at, 'YYYY_MM');
        number := 1;
        WHILE to_regclass(quote_ident(name)) IS NOT NULL LOOP
            number := number + 1;
            name := 'pv_archive_' || to_char(month.starts_at, 'YYYY_MM_') || number;
        END LOOP;
        IF number > 1 THEN
            RAISE NOTICE 'The rows of a month go to %, since there is a table pv_archive_% that is no part of pv_archive. It is left as it is.',
                name, to_char(month.starts_at, 'YYYY_MM');
        END IF;
        EXECUTE format('CREATE TABLE %I (LIKE pv_archive INCLUDING ALL EXCLUDING COMMENTS EXCLUDING INDEXES)', name);
        IF month.starts_at = ANY (gathered) THEN
            EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM pv_archive_other WHERE ts >= %L AND ts < %L',
                           name, columns, columns, month.starts_at, month.ends_at);
            DELETE FROM pv_archive_other WHERE ts >= month.starts_at AND ts < month.ends_at;
        END IF;
        -- who owns pv_archive can alter it only as long as all of it is theirs
        IF owner <> current_user THEN
            EXECUTE format('ALTER TABLE %I OWNER TO %I', name, owner);
        END IF;
        EXECUTE format('ALTER TABLE pv_archive ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month.starts_at, month.ends_at);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION pv_archive_months IS 'Makes the partitions of pv_archive for the months from now to an instant, and for those that pv_archive_other has rows of; gives back how many.';

DO $$
DECLARE
    archive regclass := 'pv_archive';
    obstacle text;
    views text[];
    indexes text[];
    rights text[];
    comment text := obj_description('pv_archive'::regclass);
    owner text;
    columns text;
    month timestamptz;
    statement text;
    rows bigint;
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = archive) = 'p' THEN
        RAISE NOTICE 'pv_archive is partitioned already. Nothing was changed.';
        RETURN;
    END IF;

    -- Each of these makes a view again by the table's name. Now it changes nothing but locks the view, since a query locks a view before the
    -- table below it; at the end the name means the new table. (LOCK TABLE would lock all that a view reads, the catalog too.)
    views := ARRAY(
        SELECT DISTINCT format('CREATE OR REPLACE VIEW %s%s AS %s', c.oid::regclass,
                               ' WITH (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid))
          FROM pg_depend AS d
          JOIN pg_rewrite AS r ON r.oid = d.objid
          JOIN pg_class AS c ON c.oid = r.ev_class
         WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = archive AND c.relkind = 'v');
    FOREACH statement IN ARRAY views LOOP
        EXECUTE statement;
    END LOOP;
    LOCK TABLE pv_archive IN ACCESS EXCLUSIVE MODE;

    SELECT string_agg(found.what, ', ') INTO obstacle
      FROM (SELECT 'the trigger ' || tgname AS what FROM pg_trigger WHERE tgrelid = archive AND NOT tgisinternal
            UNION ALL
            SELECT 'the policy ' || polname FROM pg_policy WHERE polrelid = archive
            UNION ALL
            SELECT 'row security' FROM pg_class WHERE oid = archive AND relrowsecurity
            UNION ALL
            SELECT 'the rule ' || rulename FROM pg_rewrite WHERE ev_class = archive
            UNION ALL
            SELECT 'the publication ' || p.pubname FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid WHERE r.prrelid = archive
            UNION ALL
            SELECT 'the storage setting ' || unnest(reloptions) FROM pg_class WHERE oid = archive
            UNION ALL
            SELECT 'that it inherits, or is inherited' FROM pg_inherits WHERE archive IN (inhrelid, inhparent)) AS found;
    IF obstacle IS NOT NULL THEN
        RAISE EXCEPTION 'pv_archive has what this file does not carry over: %. Nothing was changed. Remove it, run this again, and make it anew.', obstacle;
    END IF;

    -- what is to be as it was, as statements
    indexes := ARRAY(
        SELECT coalesce('ALTER TABLE pv_archive ADD CONSTRAINT ' || quote_ident(con.conname) || ' ' || pg_get_constraintdef(con.oid),
                        pg_get_indexdef(i.indexrelid))
          FROM pg_index AS i
          LEFT JOIN pg_constraint AS con ON con.conindid = i.indexrelid AND con.conrelid = archive
         WHERE i.indrelid = archive
         ORDER BY i.indexrelid);
    rights := ARRAY(
        SELECT format('GRANT %s%s ON pv_archive TO %s%s', a.privilege_type, given.of_column,
                      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                      CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
          FROM (SELECT relacl AS acl, '' AS of_column FROM pg_class WHERE oid = archive
                UNION ALL
                SELECT attacl, format(' (%I)', attname) FROM pg_attribute WHERE attrelid = archive AND NOT attisdropped) AS given
         CROSS JOIN LATERAL aclexplode(given.acl) AS a);
    owner := (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = archive);
    columns := (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                 WHERE attrelid = archive AND attnum > 0 AND NOT attisdropped AND attgenerated = '');

    ALTER TABLE pv_archive RENAME TO pv_archive_unpartitioned;
    CREATE TABLE pv_archive (LIKE pv_archive_unpartitioned INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (ts);
    CREATE TABLE pv_archive_other PARTITION OF pv_archive DEFAULT;
    COMMENT ON TABLE pv_archive_other IS 'Rows of pv_archive of months that have no partition: pv_archive_months().';

    -- a month without a row needs none: a single sample with a clock that was off would make hundreds
    FOR month IN
        SELECT DISTINCT date_trunc('month', ts, 'UTC') FROM pv_archive_unpartitioned WHERE isfinite(ts) ORDER BY 1
    LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF pv_archive FOR VALUES FROM (%L) TO (%L)', 'pv_archive_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'),
                       month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
    END LOOP;
    PERFORM pv_archive_months(now() + interval '2 years');
    EXECUTE format('INSERT INTO pv_archive (%s) SELECT %s FROM pv_archive_unpartitioned', columns, columns);
    GET DIAGNOSTICS rows = ROW_COUNT;

    FOREACH statement IN ARRAY views LOOP
        EXECUTE statement;
    END LOOP;
    DROP TABLE pv_archive_unpartitioned;
    FOREACH statement IN ARRAY indexes LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('COMMENT ON TABLE pv_archive IS %L', comment);
    FOR statement IN
        -- default privileges may have given others something
        SELECT DISTINCT format('REVOKE ALL ON pv_archive FROM %s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
          FROM pg_class AS c
         CROSS JOIN LATERAL aclexplode(c.relacl) AS a
         WHERE c.oid = 'pv_archive'::regclass AND a.grantee <> c.relowner
    LOOP
        EXECUTE statement;
    END LOOP;
    FOREACH statement IN ARRAY rights LOOP
        EXECUTE statement;
    END LOOP;
    FOR statement IN
        -- an administrator may run this for the owner
        SELECT format('ALTER TABLE %s OWNER TO %I', c.oid::regclass, owner)
          FROM pg_class AS c
         WHERE c.relowner <> owner::regrole
           AND (c.oid = 'pv_archive'::regclass OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'pv_archive'::regclass))
    LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('ALTER FUNCTION pv_archive_months OWNER TO %I', owner);
    RAISE NOTICE 'pv_archive is partitioned by month: % rows in % partitions, as far ahead as %.', rows,
        (SELECT count(*) FROM pg_inherits WHERE inhparent = 'pv_archive'::regclass), (now() + interval '2 years')::date;
END
$$;

ANALYZE pv_archive;

COMMIT;
