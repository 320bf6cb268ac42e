"""The list of the connectors that nexcred shipped: it grows by versions, and forgets nothing that was released."""

from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.connectors.load.shipped import SHIPPED, is_shipped, shipped_text
from nexcred.version import __version__

FIRST = {"acme": "11", "other": "22"}
SECOND = {**FIRST, "acme": "33"}


def test_every_connector_of_the_catalogue_is_in_it() -> None:
    connectors = load_all(Folders(CATALOGUE))
    assert all(is_shipped(one.name, one.digest) for one in connectors)
    assert not is_shipped("aha", "00" * 32)
    assert not is_shipped("resci", next(one.digest for one in connectors if one.name == "aha"))
    present = SHIPPED.read_text()
    assert shipped_text(present, __version__, {one.name: one.digest for one in connectors}) == present


def test_what_was_never_released_is_replaced() -> None:
    first = shipped_text("", "1.0", FIRST)
    second = shipped_text(first, "1.0", SECOND)
    assert len(second.splitlines()) == 2
    assert second != first


def test_what_was_released_stays_for_good() -> None:
    first = shipped_text("", "1.0", FIRST)
    second = shipped_text(first, "1.1", SECOND)
    assert set(first.splitlines()) < set(second.splitlines())
    assert [line.split()[:2] for line in second.splitlines()] == [["acme", "1.0"], ["acme", "1.1"], ["other", "1.0"]]
    assert set(first.splitlines()) <= set(shipped_text(second, "2.0", {"other": "22"}).splitlines())
