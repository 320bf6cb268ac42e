"""A filled vault in one SQLite file, and hands that change its rows behind the vault's back."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nexcred.errors import Tampered
from nexcred.model.credential import Details
from nexcred.vault.anchor import Anchor
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from nexcred.vault.verify import VerifyReport
from tests.support.carried_file import file_store
from tests.support.remembering import seen
from tests.support.sample_vault import everything, fill, open_new


def make_file(path: Path) -> Vault:
    """Make a vault file with what `fill` puts in it."""
    vault = open_new(file_store(path))
    fill(vault)
    return vault


def open_file(path: Path, identity: Identity, anchor: Anchor | None = None) -> Vault:
    return Vault(file_store(path), identity, memory=seen(anchor), was_seen=anchor is not None)


def read_all(path: Path, identity: Identity, anchor: Anchor | None = None) -> object:
    """Read all that the file holds, as a process that starts now would, and prove it."""
    vault = open_file(path, identity, anchor)
    read = whole_of(vault)
    for fault in vault.verify().faults:
        raise Tampered(fault)
    return read


def whole_of(vault: Vault) -> object:
    """Return all that can be read of a vault; raise Tampered as a command would that served what is well."""
    vault.problems.clear()
    read = everything(vault)
    for problem in vault.problems:
        raise Tampered(problem)
    return read


def details_of(vault: Vault, name: str) -> Details:
    return vault.details(vault.find(name))


def query(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def run_sql(path: Path, sql: str, *values: object) -> int:
    """Run one statement and return how many rows it changed."""
    connection = sqlite3.connect(path)
    try:
        changed = connection.execute(sql, values).rowcount
        connection.commit()
        return changed
    finally:
        connection.close()


def records(path: Path, part: int) -> dict[bytes, bytes]:
    """Return the sealed records of one part (1 overview, 2 details, 3 session) by digest."""
    return {digest: sealed for digest, sealed in query(path, "SELECT digest, sealed FROM item") if sealed[5] == part}


def assert_tampered(*reads: Callable[[], object]) -> None:
    for read in reads:
        with pytest.raises(Tampered):
            read()


def proved(vault: Vault) -> VerifyReport:
    """Prove the whole vault, in which nothing may be wrong."""
    report = vault.verify()
    assert report.faults == ()
    return report


def assert_faults(vault: Vault, *told: str) -> None:
    """Prove the whole vault, which names these faults, or any if none is said, and does not end at the first."""
    faults = vault.verify().faults
    assert faults
    for words in told:
        assert any(words in fault for fault in faults), faults


def assert_named(vault: Vault, names: list[str], problems: int = 1) -> None:
    """List a vault of which so many credentials do not open: they are named as problems, and the others are served."""
    vault.problems.clear()
    assert vault.names() == names
    assert len(vault.problems) == problems
