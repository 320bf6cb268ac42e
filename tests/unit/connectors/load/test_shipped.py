"""The list of the connectors that nexcred shipped: it grows by versions, and forgets nothing that was released."""

from pathlib import Path

import pytest

from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.connectors.load.shipped import SHIPPED, is_shipped, shipped_text
from nexcred.version import __version__


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    (tmp_path / "acme.toml").write_text("first")
    (tmp_path / "other.toml").write_text("always")
    return tmp_path


def test_every_connector_of_the_catalogue_is_in_it() -> None:
    assert all(is_shipped(one.name, one.digest) for one in load_all(Folders(CATALOGUE)))
    assert not is_shipped("aha", "00" * 32)
    assert not is_shipped("resci", next(one.digest for one in load_all(Folders(CATALOGUE)) if one.name == "aha"))
    assert shipped_text(SHIPPED.read_text(), __version__) == SHIPPED.read_text()


def test_what_was_never_released_is_replaced(catalogue: Path) -> None:
    first = shipped_text("", "1.0", catalogue)
    (catalogue / "acme.toml").write_text("second")
    second = shipped_text(first, "1.0", catalogue)
    assert len(second.splitlines()) == 2
    assert second != first


def test_what_was_released_stays_for_good(catalogue: Path) -> None:
    first = shipped_text("", "1.0", catalogue)
    (catalogue / "acme.toml").write_text("second")
    second = shipped_text(first, "1.1", catalogue)
    assert set(first.splitlines()) < set(second.splitlines())
    assert [line.split()[:2] for line in second.splitlines()] == [["acme", "1.0"], ["acme", "1.1"], ["other", "1.0"]]
    (catalogue / "acme.toml").unlink()
    assert set(first.splitlines()) <= set(shipped_text(second, "2.0", catalogue).splitlines())
