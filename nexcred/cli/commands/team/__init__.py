"""`nexcred team …`."""
