"""Reading: the bridge between the text engine and the database, run by run."""
