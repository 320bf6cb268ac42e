"""A copy of a vault elsewhere that is spoilt, or lies: it costs time, and is believed nowhere."""

import sqlite3
from contextlib import closing

import pytest

from nexcred.errors import StoreUnreachable, Tampered
from nexcred.stores.local_copy.file import CopyFile
from nexcred.vault.vault import Vault
from tests.support.sample_vault import update
from tests.unit.stores.local_copy.elsewhere import Elsewhere, Machine, ada, again, elsewhere, key_of, machine

__all__ = ["ada", "elsewhere", "machine"]


def test_spoilt_values_are_fetched_again(machine: Machine, ada: Vault, elsewhere: Elsewhere) -> None:
    before = {name: key_of(ada, name) for name in ("Prod Events",)}
    key_of(again(machine, ada), "Prod Events")
    with closing(sqlite3.connect(machine.path)) as db, db:
        assert db.execute("UPDATE kept SET bytes = x'00'").rowcount > 3
    assert {name: key_of(again(machine, ada), name) for name in before} == before
    with closing(sqlite3.connect(machine.path)) as db, db:
        db.execute("UPDATE kept SET bytes = x'00'")
    assert len(again(machine, ada).credentials()) == len(ada.credentials())
    assert machine.told == []


@pytest.mark.parametrize("spoil", ["noise", "empty", "other tables", "a folder"])
def test_a_file_that_is_no_copy_costs_time_alone(
    machine: Machine, ada: Vault, elsewhere: Elsewhere, spoil: str
) -> None:
    machine.path.unlink()
    if spoil == "noise":
        machine.path.write_bytes(b"no database at all" * 1_000)
    elif spoil == "empty":
        machine.path.touch()
    elif spoil == "other tables":
        with closing(sqlite3.connect(machine.path)) as db, db:
            db.execute("CREATE TABLE kept (x)")
            db.execute("CREATE VIEW row AS SELECT 1")
    else:
        machine.path.mkdir()
    for _ in range(2):
        assert key_of(again(machine, ada), "Prod Events") == key_of(ada, "Prod Events")
    update(ada, "Prod Events", "EXAMPLE-later")
    assert key_of(again(machine, ada), "Prod Events") == "EXAMPLE-later"


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE row SET bytes = zeroblob(length(bytes)) WHERE part = 'tree'",
        "UPDATE row SET bytes = x'00' WHERE part = 'head'",
        "UPDATE row SET bytes = 7",
        "DELETE FROM row WHERE part = 'roster'",
        "DELETE FROM row",
    ],
)
def test_a_last_state_that_is_spoilt_is_as_good_as_none(
    machine: Machine, ada: Vault, elsewhere: Elsewhere, spoil: str
) -> None:
    key_of(again(machine, ada), "Prod Events")
    with closing(sqlite3.connect(machine.path)) as db, db:
        db.execute(spoil)
    elsewhere.is_cut_off = True
    with pytest.raises(StoreUnreachable):
        again(machine, ada)
    elsewhere.is_cut_off = False
    assert key_of(again(machine, ada), "Prod Events") == key_of(ada, "Prod Events")
    assert machine.told == []


def test_a_copy_that_lies_about_the_last_state_is_found_out(machine: Machine, ada: Vault, elsewhere: Elsewhere) -> None:
    key_of(again(machine, ada), "Prod Events")
    copy = CopyFile(machine.path)
    last = copy.last_read()
    assert last is not None
    copy.keep_last(last.bundle._replace(tree=bytes(len(last.bundle.tree))), last.at_ms)
    elsewhere.is_cut_off = True
    with pytest.raises(Tampered):
        again(machine, ada)
