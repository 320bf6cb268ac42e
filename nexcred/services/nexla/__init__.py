"""Handing credentials to a Nexla, and comparing them with what it has."""
