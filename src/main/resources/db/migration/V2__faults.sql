-- What failed and since when, what was refused, and how much of a window an answer held.

ALTER TABLE pv_window
    ADD COLUMN last_failed_at timestamptz,
    ADD COLUMN channels integer,
    ADD COLUMN thin_reads integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN pv_window.failed_at IS 'The first failed read since the last good one.';
COMMENT ON COLUMN pv_window.last_failed_at IS 'The last of them.';
COMMENT ON COLUMN pv_window.channels IS 'Channels with samples, those of each node counted: of the closing read, or the most that another one held.';
COMMENT ON COLUMN pv_window.thin_reads IS 'Closing reads in a row that held fewer channels than the windows around: asked again after a day, after a week, then taken for true.';

CREATE TABLE pv_rejected (
    site       text COLLATE "C" NOT NULL,
    starts_at  timestamptz NOT NULL,
    device     text COLLATE "C" NOT NULL,
    channel    text COLLATE "C" NOT NULL,
    instant    text COLLATE "C" NOT NULL,
    value      text,
    reason     text NOT NULL,
    refused_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site, starts_at, device, channel, instant),
    FOREIGN KEY (site) REFERENCES pv_site
);
COMMENT ON TABLE pv_rejected IS 'Samples that were refused, at most a hundred of a window; what the next whole read of the window does not refuse any more is gone. pv_window.rejected counts all of the last read.';
COMMENT ON COLUMN pv_rejected.starts_at IS 'The window whose answer held it.';
COMMENT ON COLUMN pv_rejected.instant IS 'In UTC, or the key as the logger gave it where that is no time.';
COMMENT ON COLUMN pv_rejected.value IS 'As the logger gave it, cut where it is long.';
COMMENT ON COLUMN pv_rejected.reason IS 'Why: the end of a sentence that begins with the sample.';
COMMENT ON COLUMN pv_rejected.refused_at IS 'When it was refused first.';

CREATE FUNCTION pv_duration(span interval) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT
    AS $$ SELECT CASE
                 WHEN s < 60 THEN s || ' s'
                 WHEN s < 3600 THEN s / 60 || ' min'
                 WHEN s < 86400 THEN s / 3600 || ' h ' || s % 3600 / 60 || ' min'
                 ELSE s / 86400 || ' d ' || s % 86400 / 3600 || ' h'
                 END
            FROM (SELECT floor(extract(epoch FROM span))::bigint AS s) AS seconds $$;
COMMENT ON FUNCTION pv_duration IS 'A duration as a person reads it, rounded down: 18 s, 7 min, 9 h 12 min, 3 d 4 h.';
