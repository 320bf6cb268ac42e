"""Case 21: a power cut at every write, sync and rename leaves the old state or the new one, and what was acknowledged
stays. The disk of tests/support/power_cut loses, tears and reorders whatever was not synced."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from nexcred.errors import Damaged, VaultNotFound
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.head import read_head_place
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.power_cut.disk import Cut, Files, power_cuts
from tests.support.power_cut.recording import Event, Told, record
from tests.support.power_cut.scenario import open_there, tell
from tests.support.sample_vault import add
from tests.support.some_of import one_in
from tests.support.strace import needs_strace
from tests.support.vault_file import proved

SEED = 21
SCRIPT = """
import sys
from pathlib import Path
import nexcred.stores.sqlite.store as sqlite
from tests.support.power_cut.scenario import run
sqlite.PRAGMAS = (*sqlite.PRAGMAS, sys.argv[2])
run(Path(sys.argv[1]))
"""


class Recovered(NamedTuple):
    """What SQLite made of its files: how many steps are in it, and the digest of what it left."""

    steps: int
    digest: bytes


class Replay:
    """The folder of a recording, put into one state after another, and what must be found there."""

    def __init__(self, folder: Path, pragma: str) -> None:
        self.folder = folder
        for name in ("data", "state"):
            (self.folder / name).mkdir(parents=True)
        self.events: list[Event] = record(SCRIPT, [str(folder), pragma], folder)
        self.told = "".join(event.text for event in self.events if isinstance(event, Told)).splitlines()
        self._recovered: dict[bytes, Recovered] = {}
        self._proved: set[bytes] = set()

    def cuts(self) -> Iterator[Cut]:
        return power_cuts(self.events, SEED)

    def lay_out(self, files: Files) -> None:
        for left in self.folder.rglob("*"):
            if left.is_file():
                left.unlink()
        for path, content in files.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_bytes(content)

    def state_found(self, files: Files) -> int:
        """Return how many steps are in the vault of these files: all that they left, or AssertionError.

        All of it can be used, straight from where the power cut left it, and the next write succeeds.
        What SQLite makes of the same bytes, and what is found in what it made of them, is looked at once: many cuts
        differ by one of them alone, and most come to the same once SQLite has rolled back.
        """
        data = f"{self.folder.resolve() / 'data'}/"
        sqlites = {path: content for path, content in files.items() if path.startswith(data)}
        others = {path: content for path, content in files.items() if path.endswith(".json")}
        before = _digest(sqlites)
        if before not in self._recovered:
            self.lay_out(sqlites)
            self._recovered[before] = self._recover()
        found = self._recovered[before]
        whole = found.digest + _digest(others)
        if found.steps and whole not in self._proved:
            self.lay_out(files)
            assert self._recover() == found
            vault = self.open(found.steps)
            assert tell(vault) == self.told[found.steps - 1]
            proved(vault)
            self.lay_out(files)
            use(self.open(found.steps))
            self._proved.add(whole)
        return found.steps

    def _recover(self) -> Recovered:
        """Have SQLite roll back what lies here."""
        try:
            with SqliteStore(self.folder / "data" / "vault.db").read() as snapshot:
                head = snapshot.head() or b""
        except VaultNotFound:
            return Recovered(0, b"")
        generation = read_head_place(head).generation  # one for each step, the founding included
        return Recovered(generation, _digest({path.name: path.read_bytes() for path in self.folder.glob("data/*.db")}))

    def open(self, steps: int) -> Vault:
        return open_there(self.folder, Identity.parse(json.loads(self.told[steps - 1])[0]))


def use(vault: Vault) -> None:
    add(vault, "after")
    assert vault.has("after")
    for credential in vault.credentials():  # whatever is left of the pins, which were never synced
        assert vault.details(credential).fields
    assert proved(vault).strays == 0


def _digest(files: Files) -> bytes:
    """Return one hash of the names and contents."""
    whole = sha256()
    for path, content in sorted(files.items()):
        whole.update(f"{len(path)} {len(content)} {path}".encode() + content)
    return whole.digest()


@needs_strace
@pytest.mark.parametrize("pragma", ["PRAGMA cache_size=-2000", "PRAGMA cache_size=10"], ids=["memory", "little memory"])
def test_case_21_a_power_cut_leaves_old_or_new_and_what_was_acknowledged_and_all_of_it_is_used(
    tmp_path: Path, pragma: str
) -> None:
    replay, found = Replay(tmp_path / "disk", pragma), set()
    for cut in one_in(3, replay.cuts()):
        steps = replay.state_found(cut.files)
        assert steps in (cut.told, cut.told + 1)
        found.add((cut.told, steps))
    last = len(replay.told)
    assert found == {(told, told + new) for told in range(last) for new in (0, 1)} | {(last, last)}


@needs_strace
@pytest.mark.parametrize("pragma", ["PRAGMA synchronous=FULL", "PRAGMA synchronous=OFF"])
def test_case_21_the_disk_finds_out_who_syncs_too_little(tmp_path: Path, pragma: str) -> None:
    replay = Replay(tmp_path / "disk", pragma)
    assert any(is_lost(replay, cut) for cut in replay.cuts())


def is_lost(replay: Replay, cut: Cut) -> bool:
    try:
        return replay.state_found(cut.files) not in (cut.told, cut.told + 1)
    except Damaged:
        return True
