"""A browser that draws no window, and a page of `nexcred ui` in it."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.live.oauth_provider import chromium
from tests.live.page.person import Person, opened_page
from tests.support.opened import Opened
from tests.support.signing_in import aha_oauth

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["aha_oauth", "chromium"]
_AXE = Path(__file__).parents[3] / ".axe/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="package")
def drawn(chromium: str) -> "Iterator[Browser]":
    """Return the browser, for this folder: as long as it is there an event loop runs, which others cannot stand."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--no-proxy-server", "--font-render-hinting=none"]
        )
        yield browser
        browser.close()


@pytest.fixture
def person(opened: Opened, drawn: "Browser") -> Iterator[Person]:
    """Somebody who has opened the page of a vault that is empty at first."""
    with opened_page(opened, drawn) as person:
        yield person


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the source of axe-core, which looks for what is not accessible."""
    if not _AXE.is_file():
        pytest.skip("needs axe-core: npm install --prefix .axe --no-save axe-core@4.14.1")
    assert importlib.util.find_spec("playwright") is not None
    return _AXE.read_text()
