"""Serving the vault over HTTP."""
