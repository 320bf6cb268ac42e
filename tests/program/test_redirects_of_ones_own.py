"""Some providers take only a redirect URI of the user's own: nothing is said of it before it is known."""

import tomllib
from collections.abc import Iterator

import pytest

from nexcred.connectors.load.names import CATALOGUE
from tests.support.opened import Opened
from tests.support.running_ui import Browser, running_ui


def of_ones_own() -> Iterator[tuple[str, str]]:
    """Yield the connectors and methods whose redirect URI has no default."""
    for path in sorted(CATALOGUE.glob("*.toml")):
        for method in tomllib.loads(path.read_text()).get("method", []):
            fields = method.get("field", [])
            if any(field["name"] == "redirect_uri" and "default" not in field for field in fields):
                yield path.stem, method["name"]


METHODS = tuple(of_ones_own())


@pytest.mark.parametrize("name", sorted({name for name, _ in METHODS}))
def test_the_connector_can_be_shown(opened: Opened, name: str) -> None:
    ran = opened("connectors", "show", name)
    assert (ran.code, ran.err) == (0, "")
    assert "redirect_uri" in ran.out
    assert "Register this redirect URI" not in ran.out


def test_its_form_opens_in_the_page(opened: Opened) -> None:
    with running_ui(opened) as ui:
        browser = Browser(ui)
        for name, method in METHODS:
            seen = browser.get(f"/add/{name}?method={method}")
            assert (seen.status, "field.redirect_uri" in seen.text) == (200, True), (name, method, seen.status)
