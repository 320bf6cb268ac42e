"""Fixtures of every test here, which its file may replace."""

from tests.support.vault_fixtures import ada, bob, eve, store

__all__ = ["ada", "bob", "eve", "store"]
