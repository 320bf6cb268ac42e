"""`nexcred identity …`."""
