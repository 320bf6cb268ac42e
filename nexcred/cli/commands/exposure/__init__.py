"""`nexcred exposure …`."""
