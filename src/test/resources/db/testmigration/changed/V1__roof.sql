CREATE TABLE pv_roof (site text PRIMARY KEY, slope int);
