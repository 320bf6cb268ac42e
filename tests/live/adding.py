"""Credentials of databases, added as another program writes them."""

import json

from tests.support.opened import Opened


def add_database(opened: Opened, kind: str, values: dict[str, object], *words: str, name: str = "db") -> None:
    body = {"name": name, "credentials_type": kind, "credentials": values}
    added = opened("add", "--from", "-", *words, stdin=json.dumps(body).encode())
    assert added.code == 0, added.err
