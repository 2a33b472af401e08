-- claim-windows.sql and claim-readings.sql look at the sites that may be due for something and at no other: with a thousand sites, hardly
-- one is at any second.

ALTER TABLE pv_site ADD COLUMN due_at timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN pv_site.due_at IS 'Before this instant nothing of its archive is owed, by the book when it was last looked at; a minute after that at most.';

-- What is written about a site may make something owed at once. What is written into its book need not be told here: it is found within the
-- minute, and the commands of pvroute say so themselves.
CREATE FUNCTION pv_site_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.due_at := '-infinity';
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION pv_site_changed IS 'Has a site looked at again whose url, since, period, archive or enabled is written.';

CREATE TRIGGER pv_site_changed
    BEFORE UPDATE OF url, since, period, archive, enabled ON pv_site
    FOR EACH ROW EXECUTE FUNCTION pv_site_changed();

ALTER TABLE pv_turn ADD COLUMN due_at timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN pv_turn.due_at IS 'Before this instant nothing is to be asked, by pv_reading when it was last looked at; a minute after that at most.';
