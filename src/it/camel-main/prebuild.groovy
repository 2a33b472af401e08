// Before a project is built: a table with three readings, and where it is
io.pvroute.elsewhere.Readings.prepare(basedir, context)
