"""A vault in a schema of a PostgreSQL database."""
