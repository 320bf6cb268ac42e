"""`nexcred member …`."""
