"""What a machine remembers of the records of a vault, in the state folder."""

import os
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from nexcred.errors import MadeByNewer, Replaced, StoreFailed
from nexcred.local.anchors import AnchorFile, SeenPlace
from nexcred.local.machine_memory import MachineMemory
from nexcred.vault.anchor import Anchor

VAULT, OTHER = b"v" * 16, b"w" * 16
PLACE = "file:///home/ops/vault.db"
ANCHOR = Anchor(VAULT, generation=5, head_hash=b"h" * 32, roster_length=1, roster_hash=b"r" * 32)
PINS = {bytes([first]) * 16: b"value of %d" % first for first in (0, 7, 255)} | {b"\0" * 15 + b"x": b""}


@pytest.fixture
def anchors(tmp_path: Path) -> AnchorFile:
    return AnchorFile(tmp_path / "state", warn=pytest.fail)


@pytest.fixture
def memory(tmp_path: Path, anchors: AnchorFile) -> MachineMemory:
    return MachineMemory(tmp_path / "state", PLACE, anchors)


def folder_of(tmp_path: Path) -> Path:
    return tmp_path / "state" / "pins" / VAULT.hex()


def prove_nothing(anchor: Anchor) -> None:
    raise AssertionError(anchor)


def test_pins_are_kept_for_each_vault_and_the_last_of_a_key_counts(memory: MachineMemory) -> None:
    assert memory.pins(VAULT, PINS) == {}
    memory.keep_pins(VAULT, PINS)
    memory.keep_pins(VAULT, {b"\7" * 16: b"another"})
    assert memory.pins(VAULT, [*PINS, b"?" * 16]) == {**PINS, b"\7" * 16: b"another"}
    assert memory.pins(OTHER, PINS) == {}


def test_what_another_process_keeps_is_seen_by_one_that_looked_before(
    memory: MachineMemory, tmp_path: Path, anchors: AnchorFile
) -> None:
    other = MachineMemory(tmp_path / "state", PLACE, anchors)
    for value in (b"one", b"two", b"six"):  # of one length: the size of the file says nothing
        other.keep_pins(VAULT, {b"k" * 16: value})
        assert memory.pins(VAULT, [b"k" * 16]) == other.pins(VAULT, [b"k" * 16]) == {b"k" * 16: value}
    memory.keep_pins(VAULT, {b"k" * 15 + b"l": b"new"})
    assert other.pins(VAULT, [b"k" * 16, b"k" * 15 + b"l"]) == {b"k" * 16: b"six", b"k" * 15 + b"l": b"new"}


def test_what_was_signed_is_known_again(memory: MachineMemory) -> None:
    memory.note_signed(VAULT, [])
    assert memory.signed(VAULT) == frozenset()
    memory.note_signed(VAULT, [b"a" * 32, b"b" * 32])
    memory.note_signed(VAULT, [b"c" * 32])
    assert memory.signed(VAULT) == {b"a" * 32, b"b" * 32, b"c" * 32}
    assert memory.signed(OTHER) == frozenset()


def test_the_roster_last_proved_is_kept(memory: MachineMemory) -> None:
    assert memory.roster(VAULT) is None
    memory.keep_roster(VAULT, b"sealed")
    memory.keep_roster(VAULT, b"sealed later")
    assert memory.roster(VAULT) == b"sealed later"


def test_a_shard_that_a_power_cut_spoilt_is_as_if_it_were_not_there(memory: MachineMemory, tmp_path: Path) -> None:
    memory.keep_pins(VAULT, PINS)
    shard = folder_of(tmp_path) / "00"
    whole = shard.read_bytes()
    zeros = [whole[:at] + bytes(len(whole) - at) for at in range(0, len(whole), 5)]
    for spoilt in (*(whole[:at] for at in range(len(whole))), *zeros, b"x" + whole[1:], whole + b"x"):
        shard.write_bytes(spoilt)
        assert memory.pins(VAULT, PINS) == {key: value for key, value in PINS.items() if key[0]}
    memory.keep_pins(VAULT, PINS)
    assert memory.pins(VAULT, PINS) == PINS


def test_a_hash_of_which_a_power_cut_left_a_part_spoils_no_later_one(memory: MachineMemory, tmp_path: Path) -> None:
    memory.note_signed(VAULT, [b"a" * 32, b"b" * 32])
    path = folder_of(tmp_path) / "signed"
    path.write_bytes(path.read_bytes()[:40])
    memory.note_signed(VAULT, [b"c" * 32])
    assert memory.signed(VAULT) == {b"a" * 32, b"c" * 32}


def test_pins_of_a_later_format_are_named_as_such_and_left(memory: MachineMemory, tmp_path: Path) -> None:
    memory.keep_pins(VAULT, PINS)
    path = folder_of(tmp_path) / "00"
    later = b"NXP2" + path.read_bytes()[4:-16]
    path.write_bytes(later := later + sha256(later).digest()[:16])
    with pytest.raises(MadeByNewer):
        memory.pins(VAULT, PINS)
    with pytest.raises(MadeByNewer):
        memory.keep_pins(VAULT, PINS)
    assert path.read_bytes() == later


def test_files_and_folders_are_private_whatever_the_umask(memory: MachineMemory, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        memory.keep_pins(VAULT, PINS)
        memory.note_signed(VAULT, [b"a" * 32])
        memory.keep_roster(VAULT, b"sealed")
    finally:
        os.umask(before)
    for path in (tmp_path / "state").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_work_goes_on_where_nothing_can_be_kept(tmp_path: Path, anchors: AnchorFile) -> None:
    (tmp_path / "file").touch()
    memory = MachineMemory(tmp_path / "file" / "state", PLACE, anchors)
    memory.keep_pins(VAULT, PINS)
    memory.note_signed(VAULT, [b"a" * 32])
    memory.keep_roster(VAULT, b"sealed")
    assert (memory.pins(VAULT, PINS), memory.signed(VAULT), memory.roster(VAULT)) == ({}, frozenset(), None)


@pytest.mark.parametrize("kind", ["link", "pipe"])
@pytest.mark.parametrize("name", ["00", "00.new", "signed", "roster", "lock"])
def test_what_is_no_plain_file_is_neither_written_through_nor_waited_for(
    memory: MachineMemory, tmp_path: Path, name: str, kind: str
) -> None:
    target, planted = tmp_path / "target", folder_of(tmp_path) / name
    target.write_text("untouched")
    planted.parent.mkdir(parents=True)
    os.mkfifo(planted) if kind == "pipe" else planted.symlink_to(target)
    memory.keep_pins(VAULT, PINS)
    memory.note_signed(VAULT, [b"a" * 32])
    memory.keep_roster(VAULT, b"sealed")
    assert target.read_text() == "untouched"
    if name == "00":
        with pytest.raises(StoreFailed):
            memory.pins(VAULT, PINS)


@pytest.mark.parametrize("name", ["pins", f"pins/{VAULT.hex()}"])
def test_a_folder_that_is_a_link_is_neither_followed_nor_passed_over(
    memory: MachineMemory, tmp_path: Path, name: str
) -> None:
    (tmp_path / "target" / VAULT.hex()).mkdir(parents=True)
    planted = tmp_path / "state" / name
    planted.parent.mkdir(parents=True)
    planted.symlink_to(tmp_path / "target")
    memory.keep_pins(VAULT, PINS)
    memory.note_signed(VAULT, [b"a" * 32])
    memory.keep_roster(VAULT, b"sealed")
    assert [one.name for one in (tmp_path / "target").rglob("*")] == [VAULT.hex()]
    reads: list[Callable[[], object]] = [
        lambda: memory.pins(VAULT, PINS),
        lambda: memory.signed(VAULT),
        lambda: memory.roster(VAULT),
    ]
    for read in reads:
        with pytest.raises(StoreFailed, match="a symbolic link, not a folder"):
            read()


def test_another_vault_at_a_known_place_is_no_first_use(memory: MachineMemory) -> None:
    assert memory.anchor(VAULT) is None
    memory.advance(ANCHOR, prove_nothing)
    assert memory.anchor(VAULT) == ANCHOR
    with pytest.raises(Replaced):
        memory.anchor(OTHER)


def test_a_place_that_was_named_and_never_showed_newer_may_be_a_backup(tmp_path: Path, anchors: AnchorFile) -> None:
    default = MachineMemory(tmp_path / "state", PLACE, anchors)
    named = MachineMemory(tmp_path / "state", "file:///mnt/backup.db", anchors, is_named=True)
    default.advance(ANCHOR, prove_nothing)
    assert not default.may_be_backup(VAULT, 3)
    assert named.may_be_backup(VAULT, 3)
    assert named.may_be_backup(VAULT, 3)
    assert not named.may_be_backup(VAULT, 2)
    assert not named.may_be_backup(OTHER, 3)
    assert anchors.place("file:///mnt/backup.db") == SeenPlace(VAULT, 3)
    assert named.anchor(VAULT) == default.anchor(VAULT) == ANCHOR
