"""Finding a connector: by words, by kind, and by a key."""

import json
import tomllib

import pyte
import pytest

from nexcred.connectors.load.names import CATALOGUE
from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.terminal import lines_of, play
from tests.unit.connectors.specs import SPEC


def names(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines()[1:]]


def test_it_lists_all_and_says_nothing_else_in_a_pipe(opened: Opened) -> None:
    ran = opened("connectors", "list")
    assert names(ran.out) == sorted(path.stem for path in CATALOGUE.glob("*.toml"))
    assert ran.err == ""


def test_at_a_terminal_they_are_counted_by_how_they_are_known(opened: Opened) -> None:
    screen = pyte.Screen(120, 12)
    command = opened.command("connectors", "list")
    ended = play(command, [], screen, environment={**opened.environment, "TERM": "xterm"}, folder=opened.home)
    documents = [tomllib.loads(path.read_text()) for path in CATALOGUE.glob("*.toml")]
    levels = [one.get("evidence", {}).get("level") for one in documents]
    assert ended.code == 0
    counted = " ".join(" ".join(lines_of(screen)).split())
    assert f"{len(levels)} built in: " in counted
    assert f"{levels.count('documented')} known by the provider's own pages" in counted


def test_every_word_has_to_be_found_in_what_it_is_called_or_for(opened: Opened) -> None:
    assert "gcs" in names(opened("connectors", "list", "google", "storage").out)
    assert names(opened("connectors", "list", "CHATGPT").out) == ["openai"]
    found = json.loads(opened("connectors", "list", "chatgpt", "--json").out)
    assert [(one["name"], one["category"], one["evidence"]) for one in found] == [("openai", "ai", "documented")]


def test_a_kind_of_system_is_listed_and_an_unknown_one_told(opened: Opened) -> None:
    assert "openai" in names(opened("connectors", "list", "--category", "AI").out)
    refused = opened("connectors", "list", "--category", "aliens")
    assert refused.code == 2
    assert "one of: " in refused.err


def test_what_nothing_has_ends_well_and_says_what_to_do(opened: Opened) -> None:
    ran = opened("connectors", "list", "zzzz")
    assert (ran.code, ran.out) == (0, "")
    assert "nexcred add rest" in ran.err
    assert opened("connectors", "list", "zzzz", "--json").out.split() == ["[]"]


def test_a_connector_of_the_users_own_is_found_and_a_broken_one_told(opened: Opened) -> None:
    put_connector(opened, "acme", SPEC)
    put_connector(opened, "broken", "name = 1")
    ran = opened("connectors", "list", "acme")
    assert names(ran.out) == ["acme"]
    assert "your own" in ran.out
    assert "left out: " in ran.err


def test_a_key_of_another_provider_is_told(opened: Opened) -> None:
    held = {"HELD": "sk_test_EXAMPLE0123456789"}
    ran = opened("add", "openai", "--set", "api_key=env:HELD", "--no-probe", environment=held)
    assert ran.code == 0
    assert "API key looks like a key of Stripe" in ran.err


def test_a_key_in_place_of_a_connector_is_not_repeated(opened: Opened) -> None:
    ran = opened("add", "sk_test_EXAMPLE0123456789")
    assert ran.code == 2
    assert "sk_test" not in ran.err
    assert "nexcred add stripe" in ran.err


@pytest.mark.parametrize(
    "words",
    [("get",), ("token",), ("revoke",), ("connectors", "show"), ("connectors", "check"), ("connectors", "new")],
)
@pytest.mark.parametrize("more", [(), ("--json",), ("--debug",)])
def test_a_key_in_place_of_any_name_is_not_repeated(
    opened: Opened, words: tuple[str, ...], more: tuple[str, ...]
) -> None:
    for key in ("sk_test_EXAMPLE0123456789", f"sk_test_EXAMPLE{'0123456789' * 9}"):
        ran = opened(*words, key, *more)
        assert (ran.code in (2, 3), "EXAMPLE" in ran.err) == (True, False), ran.err
