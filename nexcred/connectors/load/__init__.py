"""Finding and reading connectors: the catalogue's and the user's own, whole or only what starting quickly needs."""
