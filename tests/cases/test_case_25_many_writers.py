"""Case 25: 32 processes write at once, one of them takes new keys meanwhile: every acknowledged write is there."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from nexcred.errors import RolledBack
from nexcred.local.anchors import AnchorFile
from nexcred.local.machine_memory import MachineMemory
from nexcred.services.vaults.opening import memory_of
from nexcred.stores.keyring.store import KeyringStore
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.anchor import Anchor
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER
from nexcred.vault.vault import Vault
from tests.support.keyring_backend import MemoryBackend, guard
from tests.support.sample_vault import add, found
from tests.support.strace import ROOT
from tests.support.vault_file import proved
from tests.support.zygote import Child, Tell, fork

WRITERS, WRITES, REKEYS = 32, 3, 4
PATIENCE_S = 120.0  # for the lock: on a slow machine all of them are in line
SCRIPT = """
import sys
from pathlib import Path
from tests.cases.test_case_25_many_writers import write_at_once
write_at_once(Path(sys.argv[1]))
"""


def test_case_25_every_acknowledged_write_of_32_is_there(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "vault.db")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")


class Overtaken(MachineMemory):
    """Lets somebody write between the look at the vault and the look at what this machine remembers of it."""

    def __init__(self, folder: Path, location: str, anchors: AnchorFile) -> None:
        super().__init__(folder, location, anchors)
        self.writes: list[Callable[[], object]] = []

    def anchor(self, vault_id: bytes) -> Anchor | None:
        if self.writes:
            self.writes.pop()()
        return super().anchor(vault_id)


def test_case_25_who_is_overtaken_while_he_reads_reads_on(tmp_path: Path) -> None:
    backend, anchors = MemoryBackend(), AnchorFile(tmp_path / "state", warn=refuse)
    keyring = guard(backend)
    store = KeyringStore("", lambda: keyring, tmp_path)
    founder = Vault(store, found(store), memory=memory_of(store, anchors))
    slow = Overtaken(tmp_path / "state", store.location, anchors)
    reader = Vault(KeyringStore("", lambda: keyring, tmp_path), founder.identity, memory=slow)
    slow.writes = [partial(add, founder, name) for name in ("first", "second", "third")]
    assert reader.names() == ["first", "second", "third"]
    older = dict(backend.items)
    add(founder, "fourth")
    backend.items = older
    with pytest.raises(RolledBack):
        reader.names()


def write_at_once(path: Path) -> None:
    """Let all of them go at one moment, then look for what they told of, and for the values under the new keys."""
    founder = open_there(path, found(SqliteStore(path)))
    add(founder, "founder's")
    others = [Identity.generate().bind(founder.vault_id, founder.floor) for _ in range(WRITERS - 1)]
    founder.edit(partial(admit_all, others))
    gate, opener = os.pipe()
    writers = [fork(partial(write, path, identity, n, gate)) for n, identity in enumerate(others)]
    rekeyer = fork(partial(rekey, path, founder.identity, gate))
    os.write(opener, b"g" * WRITERS)
    told = {line for writer in writers for line in finished(writer)}
    keys = [Identity.parse(line) for line in finished(rekeyer)]
    check(path, keys[-1], told)
    for n, identity in enumerate(others):
        vault = open_there(path, identity)
        assert {one.name for one in vault.credentials() if one.access_roles == ("owner",)} == names_of(n)
        assert proved(vault).opened == WRITES


def open_there(path: Path, identity: Identity) -> Vault:
    """Open the vault against what this machine remembers, which all of them share."""
    store = SqliteStore(path, lock_timeout_s=PATIENCE_S)
    return Vault(store, identity, memory=memory_of(store, AnchorFile(path.parent / "state", warn=refuse)))


def refuse(text: str) -> None:
    raise AssertionError(text)


def admit_all(others: list[Identity], edit: Edit) -> None:
    for number, identity in enumerate(others):
        edit.admit(identity.public, f"writer {number}", MEMBER)


def write(path: Path, identity: Identity, number: int, gate: int, tell: Tell) -> None:
    vault = open_there(path, identity)
    os.read(gate, 1)
    for name in sorted(names_of(number)):
        add(vault, name)
        tell(name)


def rekey(path: Path, identity: Identity, gate: int, tell: Tell) -> None:
    """Take new keys between the writes of the others, and add something under each of them."""
    vault = open_there(path, identity)
    os.read(gate, 1)
    for number in range(REKEYS):
        new = Identity.generate().bind(vault.vault_id, vault.floor)
        own = vault.memory.signed(vault.vault_id)
        vault.edit(lambda edit, new=new, own=own: edit.rekey(new, own))  # type: ignore[misc]
        add(vault, f"founder's {number}")
        tell(vault.identity.secret_string)


def check(path: Path, founder: Identity, told: set[str]) -> None:
    vault = open_there(path, founder)
    everybody = {name for number in range(WRITERS - 1) for name in names_of(number)}
    mine = {"founder's", *(f"founder's {number}" for number in range(REKEYS))}
    assert told == everybody
    assert set(vault.names()) == everybody | mine
    assert vault.epoch == 1 + REKEYS
    report = proved(vault)
    assert (report.opened, report.strays) == (len(mine), 0)


def names_of(number: int) -> set[str]:
    return {f"{number} wrote {write}" for write in range(WRITES)}


def finished(writer: Child) -> list[str]:
    lines, status = writer.finish()
    assert status == 0
    return lines
