"""A vault in one SQLite file, the default store, with the guards against hostile files."""
