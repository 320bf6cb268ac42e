"""`nexcred connectors …`."""
