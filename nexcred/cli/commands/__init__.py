"""One file a verb: the path says which command it is."""
