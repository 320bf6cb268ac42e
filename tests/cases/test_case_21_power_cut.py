"""Case 21: a power cut at every write, sync and rename leaves the old state or the new one, and what was acknowledged
stays. The disk of tests/support/power_cut loses, tears and reorders whatever was not synced."""

import json
from collections.abc import Iterator
from pathlib import Path

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


class Replay:
    """The folder of a recording, put into one state after another, and what must be found there."""

    def __init__(self, folder: Path, pragma: str) -> None:
        self.folder = folder
        for name in ("data", "state"):
            (self.folder / name).mkdir(parents=True)
        self.events: list[Event] = record(SCRIPT, [str(folder), pragma], folder)
        self.told = "".join(event.text for event in self.events if isinstance(event, Told)).splitlines()
        self._proved: dict[frozenset[tuple[Path, bytes]], int] = {}

    def cuts(self) -> Iterator[Cut]:
        return power_cuts(self.events, SEED)

    def lay_out(self, files: Files) -> None:
        for left in self.folder.rglob("*"):
            if left.is_file():
                left.unlink()
        for path, content in files.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_bytes(content)

    def state_found(self) -> int:
        """Return how many steps are in the vault that lies here: all that they left, or AssertionError."""
        try:
            with SqliteStore(self.folder / "data" / "vault.db").read() as snapshot:
                head = snapshot.head() or b""
        except VaultNotFound:
            return 0
        generation = read_head_place(head).generation  # one for each step, the founding included
        # Most cuts come to the same once SQLite has rolled back: it did so just now.
        kept = (path for path in self.folder.glob("*/*") if path.suffix in (".db", ".json"))
        key = frozenset((path, path.read_bytes()) for path in kept)
        if key not in self._proved:
            vault = self.open(generation)
            assert tell(vault) == self.told[generation - 1]
            proved(vault)
            self._proved[key] = generation
        return self._proved[key]

    def open(self, steps: int) -> Vault:
        return open_there(self.folder, Identity.parse(json.loads(self.told[steps - 1])[0]))


@needs_strace
@pytest.mark.parametrize("pragma", ["PRAGMA cache_size=-2000", "PRAGMA cache_size=10"], ids=["memory", "little memory"])
def test_case_21_a_power_cut_leaves_old_or_new_and_what_was_acknowledged(tmp_path: Path, pragma: str) -> None:
    replay, found = Replay(tmp_path / "disk", pragma), set()
    for cut in replay.cuts():
        replay.lay_out(cut.files)
        steps = replay.state_found()
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
    replay.lay_out(cut.files)
    try:
        return replay.state_found() not in (cut.told, cut.told + 1)
    except Damaged:
        return True


@needs_strace
def test_case_21_after_a_power_cut_everything_is_used_and_the_next_write_succeeds(tmp_path: Path) -> None:
    replay = Replay(tmp_path / "disk", "PRAGMA cache_size=-2000")
    for cut in [cut for cut in replay.cuts() if cut.told][::40]:
        replay.lay_out(cut.files)
        add(vault := replay.open(replay.state_found()), "after")
        assert vault.has("after")
        for credential in vault.credentials():  # whatever is left of the pins, which were never synced
            assert vault.details(credential).fields
        assert proved(vault).strays == 0
