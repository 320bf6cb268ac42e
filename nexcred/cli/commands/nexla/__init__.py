"""`nexcred nexla …`."""
