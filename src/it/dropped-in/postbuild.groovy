// After the project was compiled: it runs, with nothing on its class path but what it asks for, and reads a logger into a database
io.pvroute.elsewhere.DroppedIn.verify(basedir)
