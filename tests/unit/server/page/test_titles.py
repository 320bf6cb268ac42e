"""The titles of many tiles cost what that of one does: the folders of connectors are looked through once."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.connectors.load.index import IndexEntry, known_systems
from nexcred.model.times import utc_now
from nexcred.server.call import Call, Reply
from nexcred.server.page import systems
from nexcred.server.page.listing import show_credentials
from nexcred.server.page.session import PageSession
from nexcred.server.page.site import PageMeans, PageSite
from nexcred.server.page.trash import show_trash
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.own_process import home
from tests.support.people import keep
from tests.support.serving import EVERYTHING, OpenedSource, access_here

__all__ = ["home"]

_NAMES = ("a", "b", "c")


def _nothing_to_open() -> Vault:
    raise AssertionError("a list opens no second vault")


def _site() -> PageSite:
    means = PageMeans(_nothing_to_open, lambda _: None, os.environ, Path(), utc_now, "acme", "anna")
    return PageSite.make(PageSession(time.monotonic), means, time.monotonic, lambda _: None)


@pytest.mark.parametrize(("show", "is_trash"), [(show_credentials, False), (show_trash, True)])
def test_one_look_is_enough_for_all_tiles(
    home: Opened, monkeypatch: pytest.MonkeyPatch, show: Callable[[PageSite, Call], Reply], is_trash: bool
) -> None:
    keep(home, *_NAMES)
    if is_trash:
        assert home("remove", *_NAMES, "--yes").code == 0
    looks: list[tuple[IndexEntry, ...]] = []

    def looking() -> tuple[IndexEntry, ...]:
        looks.append(known_systems())
        return looks[-1]

    monkeypatch.setattr(systems, "known_systems", looking)
    call = Call(EVERYTHING, OpenedSource(access_here()), "GET", {}, {}, {}, b"")
    assert show(_site(), call).body.count(b">ReSci<") == len(_NAMES)
    assert len(looks) == 1
