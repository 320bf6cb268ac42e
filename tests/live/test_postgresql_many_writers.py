"""Case 25 on PostgreSQL: 64 processes of several members write at once, and every acknowledged write is there."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from nexcred.stores.postgresql.store import PostgresqlStore
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER
from nexcred.vault.store import Change
from nexcred.vault.vault import Vault
from tests.live.postgresql_vault import Schema, schema
from tests.support.sample_vault import add, found
from tests.support.strace import ROOT
from tests.support.vault_file import proved
from tests.support.zygote import Tell, fork

__all__ = ["schema"]

WRITERS, WRITES, MEMBERS = 64, 3, 4
SCRIPT = """
import sys
from tests.live.test_postgresql_many_writers import write_at_once
write_at_once(sys.argv[1])
"""


def test_every_acknowledged_write_of_64_is_there(schema: Schema, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, schema.url()],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=tmp_path,
        env={**os.environ, **schema.environment(), "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_who_waits_too_long_in_the_queue_writes_all_the_same(schema: Schema) -> None:
    """The queue spares work, and only the comparison of the head decides: who stands at its front may be asleep."""
    founder = found(schema.store())
    with (asleep := schema.store()).write() as snapshot:
        head = snapshot.head()
        add(Vault(schema.store(queue_timeout_s=0.05), founder), "first")
        assert not asleep.commit(Change(b"another", 2), head)
    assert Vault(schema.store(), founder).names() == ["first"]


def write_at_once(url: str) -> None:
    founder = _open(url, found(_store(url)))
    others = [Identity.generate().bind(founder.vault_id, founder.floor) for _ in range(MEMBERS)]
    founder.edit(partial(_admit_all, others))
    gate, opener = os.pipe()
    writers = [fork(partial(_write, url, others[number % MEMBERS], number, gate)) for number in range(WRITERS)]
    os.write(opener, b"g" * WRITERS)
    told: set[str] = set()
    for writer in writers:
        lines, status = writer.finish()
        assert status == 0
        told |= {*lines}
    everybody = {name for number in range(WRITERS) for name in _names_of(number)}
    assert told == everybody
    assert {*_open(url, founder.identity).names()} == everybody
    for identity in others:
        assert proved(_open(url, identity)).opened == WRITERS * WRITES // MEMBERS


def _store(url: str) -> PostgresqlStore:
    return PostgresqlStore(url, os.environ, print)


def _open(url: str, identity: Identity) -> Vault:
    return Vault(_store(url), identity)


def _admit_all(others: list[Identity], edit: Edit) -> None:
    for number, identity in enumerate(others):
        edit.admit(identity.public, f"writer {number}", MEMBER)


def _write(url: str, identity: Identity, number: int, gate: int, tell: Tell) -> None:
    vault = _open(url, identity)
    os.read(gate, 1)
    for name in _names_of(number):
        add(vault, name)
        tell(name)


def _names_of(number: int) -> list[str]:
    return [f"{number} wrote {write}" for write in range(WRITES)]


def test_processes_that_read_its_parts_have_sessions_of_their_own(schema: Schema, tmp_path: Path) -> None:
    """A fork has the descriptors of its parent's sessions, and must neither use nor end them."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("write_at_once", "read_in_parts"), schema.url()],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=tmp_path,
        env={**os.environ, **schema.environment(), "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")


def read_in_parts(url: str) -> None:
    founder = _open(url, found(_store(url)))
    store = founder.store
    for name in ("first", "second"):
        add(founder, name)

    def in_a_fork(tell: Tell) -> None:
        tell(" ".join(founder.names()))

    for _ in range(3):
        with store.read() as snapshot:
            child = fork(in_a_fork)
            lines, status = child.finish()
            assert (lines, status) == (["first second"], 0)
            assert len([*snapshot.item_digests()]) == 4
        assert founder.names() == ["first", "second"]
    add(founder, "third")
    assert founder.names() == ["first", "second", "third"]
