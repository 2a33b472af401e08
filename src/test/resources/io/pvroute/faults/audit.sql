-- Notes every committed update and deletion of a row, and whether an update changed anything, to the bit (*= compares the images of rows).
-- The statistics of the server are forgotten in a crash; this is not. It stands in a schema of its own, out of the runners' sight.
CREATE SCHEMA audit;
CREATE TABLE audit.written (target text NOT NULL, operation text NOT NULL, same boolean NOT NULL);

CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    INSERT INTO audit.written VALUES (TG_TABLE_NAME, TG_OP, TG_OP = 'UPDATE' AND OLD *= NEW);
    RETURN NULL;
END
$$;

CREATE TRIGGER audit AFTER UPDATE OR DELETE ON pv_archive FOR EACH ROW EXECUTE FUNCTION audit.note();
CREATE TRIGGER audit AFTER UPDATE OR DELETE ON pv_event FOR EACH ROW EXECUTE FUNCTION audit.note();
