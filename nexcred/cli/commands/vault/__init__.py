"""`nexcred vault …`."""
