"""A vault in a branch of a Git repository, by the system's own git."""
