-- Thins one day of one table of readings of one site that is older than realtime.keep; of any number of runners each takes another.
SELECT site, source, day, removed FROM pv_thin((:#${properties:realtime.keep})::interval)
