CREATE TABLE pv_gutter (site text);
ALTER TABLE pv_chimney ADD COLUMN tiles int;
