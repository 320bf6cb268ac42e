"""A vault in one SQLite file: the default store, and what such a file may not make the program do."""
