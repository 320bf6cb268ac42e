import sys
from itertools import product

import pytest

from nexcred.model.user_folder import Kind, _by_platformdirs, _plain_folder, user_folder
from tests.support.each import for_each

KINDS: tuple[Kind, ...] = ("config", "data", "state", "cache")
CHOSEN = (None, "", "/x", "/x/", "relative", " ", "~/x", "//x", "/x/../y")
HOMES = ("/home/ada", "/home/ada/", "/", "//home", "")


@for_each(product(KINDS, CHOSEN, HOMES))
def test_what_is_found_quickly_is_what_platformdirs_finds(kind: Kind, chosen: str | None, home: str) -> None:
    variable = f"XDG_{kind.upper()}_HOME"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", home)
        patch.delenv(variable, raising=False) if chosen is None else patch.setenv(variable, chosen)
        found = _plain_folder(kind)
        assert found is None or found == _by_platformdirs(kind)
    if sys.platform == "linux" and not chosen and home:
        assert found is not None


def test_without_a_home_the_platform_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert _plain_folder("data") is None
    assert user_folder("data") == _by_platformdirs("data")
