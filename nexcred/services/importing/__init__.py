"""Credentials that are kept elsewhere: read, planned and added, all of them or none."""
