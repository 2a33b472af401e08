// After a project was built: what its route has made of the readings, and what the jar has brought along
io.pvroute.elsewhere.Readings.verify(basedir, context)
