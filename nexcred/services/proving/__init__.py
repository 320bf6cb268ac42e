"""Asking providers whether credentials work: one, many at once, and a connector that is being written."""
