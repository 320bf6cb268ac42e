"""What is read instead of a built-in connector's TOML says the same, and is not believed of any other file."""

from pathlib import Path
from shutil import copyfile

import pytest

from nexcred.connectors.load import loader, read_ahead
from nexcred.connectors.load.by_toml import decode
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.load.names import CATALOGUE, Folders, connector_names
from nexcred.errors import SpecError
from scripts.whole_connectors import whole_text
from tests.support.each import for_each

BUILT_IN = Folders(CATALOGUE)
EXTENDS, BASE = "google-search-console", "google-drive"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A catalogue of three connectors, one of which extends another."""
    for name in ("github", EXTENDS, BASE):
        copyfile(CATALOGUE / f"{name}.toml", tmp_path / f"{name}.toml")
    return Folders(tmp_path)


@for_each(connector_names(BUILT_IN))
def test_it_says_what_the_file_says(name: str) -> None:
    path = CATALOGUE / f"{name}.toml"
    data = path.read_bytes()
    assert read_ahead.read_ahead(name, data, BUILT_IN) == decode(path, data, BUILT_IN)


@pytest.mark.parametrize(
    ("changed", "key", "loaded"),
    [("github", "label", "github"), (EXTENDS, "title", EXTENDS), (BASE, "label", EXTENDS)],
)
def test_a_file_that_was_changed_counts_itself(folders: Folders, changed: str, key: str, loaded: str) -> None:
    assert "changed-EXAMPLE" not in str(load_connector(loaded, folders))
    path = folders.built_in / f"{changed}.toml"
    path.write_text(path.read_text().replace(f'{key} = "', f'{key} = "changed-EXAMPLE ', 1))
    loader._load.cache_clear()
    assert "changed-EXAMPLE" in str(load_connector(loaded, folders))


@pytest.mark.parametrize("made", [None, b"", b"{", b'{"digest": "00", "connector": 7}', b"\xff", b"[]"])
def test_where_nothing_was_read_ahead_the_file_itself_is_read(
    folders: Folders, made: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = load_connector("github", BUILT_IN)
    if made is not None:
        (tmp_path / "github.json").write_bytes(made)
    monkeypatch.setattr(read_ahead, "WHOLE", tmp_path)
    assert load_connector("github", folders) == expected


def test_a_base_that_is_gone_is_told_as_ever(folders: Folders) -> None:
    (folders.built_in / f"{BASE}.toml").unlink()
    with pytest.raises(SpecError, match=f"extends: '{BASE}' is no built-in connector"):
        load_connector(EXTENDS, folders)


def test_what_is_written_is_of_the_file_as_it_is() -> None:
    for name in (BASE, EXTENDS, "rest"):
        assert (read_ahead.WHOLE / f"{name}.json").read_text() == whole_text(name, BUILT_IN)
