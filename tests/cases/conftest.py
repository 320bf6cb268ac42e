"""Fixtures of every test here, which its file may replace."""

from tests.support.vault_fixtures import ada, store

__all__ = ["ada", "store"]
