"""`nexcred trash`."""
