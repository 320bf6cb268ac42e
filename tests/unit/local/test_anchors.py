import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.errors import MadeByNewer, Replaced, RolledBack, StoreFailed, Tampered
from nexcred.local.anchors import AnchorFile, SeenPlace
from nexcred.vault.anchor import Anchor

PLACE = "file:///home/ops/vault.db"
ANCHOR = Anchor(vault_id=b"v" * 16, generation=5, head_hash=b"h" * 32, roster_length=1, roster_hash=b"r" * 32)


class Warnings(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


@pytest.fixture
def warnings() -> Warnings:
    return Warnings()


@pytest.fixture
def anchors(tmp_path: Path, warnings: Warnings) -> AnchorFile:
    return AnchorFile(tmp_path / "state", warn=warnings)


def test_nothing_is_known_at_first(anchors: AnchorFile, tmp_path: Path) -> None:
    assert anchors.read(PLACE) is None
    assert not anchors.known(PLACE)
    assert not (tmp_path / "state").exists()


def test_what_was_raised_is_read_by_location(anchors: AnchorFile, tmp_path: Path, warnings: Warnings) -> None:
    other = ANCHOR._replace(vault_id=b"w" * 16)
    anchors.advance(PLACE, ANCHOR)
    anchors.advance("file:///elsewhere.db", other)
    again = AnchorFile(tmp_path / "state", warn=warnings)
    assert again.read(PLACE) == ANCHOR
    assert again.read("file:///elsewhere.db") == other
    assert again.known(PLACE)
    assert warnings == []


def test_an_anchor_is_raised_and_never_lowered(anchors: AnchorFile) -> None:
    newer = ANCHOR._replace(generation=6, head_hash=b"n" * 32)
    anchors.advance(PLACE, ANCHOR)
    anchors.advance(PLACE, newer)
    anchors.advance(PLACE, ANCHOR)
    anchors.advance(PLACE, newer._replace(head_hash=b"fork" * 8))
    assert anchors.read(PLACE) == newer


def test_one_vault_at_two_places_has_one_anchor(anchors: AnchorFile) -> None:
    newer = ANCHOR._replace(generation=6, head_hash=b"n" * 32)
    anchors.advance(PLACE, ANCHOR)
    anchors.advance("file:///elsewhere.db", newer)
    assert anchors.read(PLACE) == anchors.of_vault(ANCHOR.vault_id) == newer
    assert anchors.place(PLACE) == SeenPlace(ANCHOR.vault_id, 5)
    assert anchors.place("file:///elsewhere.db") == SeenPlace(ANCHOR.vault_id, 6)


def test_what_is_remembered_by_then_is_proved_and_nothing_kept_when_it_is_not(anchors: AnchorFile) -> None:
    newer, asked = ANCHOR._replace(generation=6, head_hash=b"n" * 32), list[Anchor]()

    def refuse(stored: Anchor) -> None:
        asked.append(stored)
        raise RolledBack("EXAMPLE")

    anchors.advance(PLACE, ANCHOR, refuse)
    anchors.advance(PLACE, ANCHOR, refuse)
    assert asked == []
    for other in (newer, ANCHOR._replace(head_hash=b"fork" * 8)):
        with pytest.raises(RolledBack):
            anchors.advance(PLACE, other, refuse)
    assert asked == [ANCHOR, ANCHOR]
    assert anchors.read(PLACE) == ANCHOR
    assert anchors.place(PLACE) == SeenPlace(ANCHOR.vault_id, 5)


def test_an_older_state_that_a_person_accepted_takes_the_place(anchors: AnchorFile) -> None:
    older = ANCHOR._replace(generation=2, head_hash=b"o" * 32)
    anchors.advance(PLACE, ANCHOR)
    anchors.accept(PLACE, older)
    assert anchors.read(PLACE) == older
    assert anchors.place(PLACE) == SeenPlace(ANCHOR.vault_id, 2)


def test_a_backup_at_a_place_of_its_own_lowers_no_anchor(anchors: AnchorFile) -> None:
    anchors.advance(PLACE, ANCHOR)
    anchors.note_backup("file:///backup.db", SeenPlace(ANCHOR.vault_id, 2))
    assert anchors.place("file:///backup.db") == SeenPlace(ANCHOR.vault_id, 2)
    assert anchors.read("file:///backup.db") == anchors.read(PLACE) == ANCHOR


def test_a_file_of_the_first_version_is_read_and_its_newest_state_of_a_vault_counts(
    anchors: AnchorFile, tmp_path: Path
) -> None:
    document = json.loads(as_first_version())
    backup = {**document["vaults"][PLACE], "generation": 3, "head": "00" * 32}
    document["vaults"] = {"file:///backup.db": backup, PLACE: document["vaults"][PLACE], "file:///old.db": backup}
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "anchors.json").write_text(json.dumps(document))
    assert anchors.read(PLACE) == anchors.read("file:///backup.db") == ANCHOR
    assert anchors.place("file:///backup.db") == SeenPlace(ANCHOR.vault_id, 3)
    anchors.advance(PLACE, ANCHOR._replace(generation=6))
    assert json.loads((tmp_path / "state" / "anchors.json").read_bytes())["version"] == 2
    assert anchors.place("file:///old.db") == SeenPlace(ANCHOR.vault_id, 3)


def test_another_vault_does_not_take_the_place(anchors: AnchorFile) -> None:
    anchors.advance(PLACE, ANCHOR)
    with pytest.raises(Replaced):
        anchors.advance(PLACE, ANCHOR._replace(vault_id=b"w" * 16, generation=99))
    assert anchors.read(PLACE) == ANCHOR


def test_a_place_is_forgotten_when_asked(anchors: AnchorFile) -> None:
    anchors.advance(PLACE, ANCHOR)
    anchors.forget(PLACE)
    anchors.forget(PLACE)
    assert anchors.read(PLACE) is None
    assert not anchors.known(PLACE)
    assert anchors.of_vault(ANCHOR.vault_id) == ANCHOR


def test_files_and_folder_are_private_whatever_the_umask(anchors: AnchorFile, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        anchors.advance(PLACE, ANCHOR)
    finally:
        os.umask(before)
    state = tmp_path / "state"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in state.iterdir()} == {
        "anchors.json": 0o600,
        "anchors.lock": 0o600,
    }


def damage(key: str, value: object) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        document = json.loads(data)
        document["vaults"][ANCHOR.vault_id.hex()][key] = value
        return json.dumps(document).encode()

    return apply


def damage_place(key: str, value: object) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        document = json.loads(data)
        document["places"][PLACE][key] = value
        return json.dumps(document).encode()

    return apply


def move_to_key(vault_id: str) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        document = json.loads(data)
        document["vaults"] = {vault_id: document["vaults"][ANCHOR.vault_id.hex()]}
        return json.dumps(document).encode()

    return apply


def as_first_version(**changed: object) -> bytes:
    """Return a file as nexcred wrote it when anchors were kept by location."""
    entry = {
        "vault_id": ANCHOR.vault_id.hex(),
        "generation": ANCHOR.generation,
        "head": ANCHOR.head_hash.hex(),
        "roster_length": ANCHOR.roster_length,
        "roster": ANCHOR.roster_hash.hex(),
    }
    return json.dumps({"version": 1, "vaults": {PLACE: {**entry, **changed}}}).encode()


@pytest.mark.parametrize(
    "apply",
    [
        lambda data: b"",
        lambda data: data[:-10],
        lambda data: b"[]",
        lambda data: b'{"version": 1}',
        lambda data: b'{"version": 1, "vaults": []}',
        lambda data: b'{"version": 0, "vaults": {}}',
        lambda data: b'{"version": 1, "vaults": {"a": 1}}',
        lambda data: b'{"version": 1, "version": 1, "vaults": {}}',
        lambda data: b"\xff" + data,
        lambda data: b'{"version": 2, "vaults": {}}',
        lambda data: b'{"version": 2, "vaults": {}, "places": []}',
        lambda data: as_first_version(vault_id="00"),
        lambda data: as_first_version(generation=-1),
        move_to_key("00"),
        damage_place("vault_id", "00"),
        damage_place("generation", -1),
        damage("head", "zz" * 32),
        damage("roster", None),
        damage("generation", -1),
        damage("generation", True),
        damage("generation", "5"),
        damage("roster_length", 1.5),
    ],
)
def test_a_damaged_file_is_never_a_first_use(
    anchors: AnchorFile, tmp_path: Path, apply: Callable[[bytes], bytes]
) -> None:
    anchors.advance(PLACE, ANCHOR)
    path = tmp_path / "state" / "anchors.json"
    path.write_bytes(apply(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(Tampered) as caught:
        anchors.read(PLACE)
    assert "anchors.json" in caught.value.hint
    with pytest.raises(Tampered):
        anchors.advance(PLACE, ANCHOR._replace(generation=9))
    assert path.read_bytes() == before


def test_a_later_format_is_named_as_such(anchors: AnchorFile, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "anchors.json").write_text('{"version": 3, "vaults": {}}')
    with pytest.raises(MadeByNewer):
        anchors.read(PLACE)


def test_an_unwritable_state_folder_is_warned_of_once(tmp_path: Path, warnings: Warnings) -> None:
    (tmp_path / "file").touch()
    anchors = AnchorFile(tmp_path / "file" / "state", warn=warnings)
    assert anchors.read(PLACE) is None
    anchors.advance(PLACE, ANCHOR)
    anchors.advance(PLACE, ANCHOR)
    assert len(warnings) == 1
    assert "cannot remember" in warnings[0]


@pytest.mark.parametrize("name", ["anchors.lock", "anchors.json", "anchors.json.new"])
def test_case_35_a_link_in_the_state_folder_is_not_written_through(
    anchors: AnchorFile, tmp_path: Path, warnings: Warnings, name: str
) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / name).symlink_to(target)
    anchors.advance(PLACE, ANCHOR)
    assert target.read_text() == "untouched"
    if name == "anchors.json":
        with pytest.raises(StoreFailed):
            anchors.read(PLACE)
    else:
        assert bool(warnings) == (name == "anchors.lock")


def test_a_pipe_in_place_of_the_file_does_not_hang(anchors: AnchorFile, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    os.mkfifo(tmp_path / "state" / "anchors.json")
    with pytest.raises(StoreFailed):
        anchors.read(PLACE)


def test_more_than_would_be_read_back_is_not_written(anchors: AnchorFile, tmp_path: Path, warnings: Warnings) -> None:
    anchors.advance(PLACE, ANCHOR)
    path = tmp_path / "state" / "anchors.json"
    before = path.read_bytes()
    anchors.advance("file:///" + "x" * 5_000_000, ANCHOR)
    assert path.read_bytes() == before
    assert anchors.read(PLACE) == ANCHOR
    assert ["more vaults than 4 MiB hold" in one for one in warnings] == [True]
