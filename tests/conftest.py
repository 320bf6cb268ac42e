"""Fixtures for every test."""

from tests.standins.fixtures import aha, amperity, authority, aventri, resci, rest

__all__ = ["aha", "amperity", "authority", "aventri", "resci", "rest"]
