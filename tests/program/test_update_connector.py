"""`update --connector`: what was kept as a secret becomes a credential of a system, in the same record."""

import json

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.standins.probe import good_values
from tests.support.standins.resci import Resci
from tests.support.terminal import Typed, lines_of, play


@pytest.fixture
def kept(opened: Opened) -> Opened:
    fields = ("--set", "token=env:HELD", "--set", "user:public=ada", "--set", "note=env:HELD")
    assert opened("add", "secret", "old", *fields, environment={"HELD": "key-EXAMPLE"}).code == 0
    return opened


def shown(program: Opened, name: str = "old") -> dict[str, object]:
    found = json.loads(program("show", name, "--json", "--reveal").out)
    assert isinstance(found, dict)
    return found


def test_the_record_its_history_and_its_holders_stay(kept: Opened) -> None:
    mallory = invite(kept, "mallory", "--role", "member")
    assert kept("share", "old", "--with", "mallory").code == 0
    before = shown(kept)
    words = ("--connector", "resci", "--map", "token=api_key", "--unset", "user", "--unset", "note", "--no-probe")
    assert kept("update", "old", *words).code == 0
    after = shown(kept)
    assert (after["id"], after["credentials_type"], after["credentials_version"]) == (before["id"], "resci", "2")
    assert after["credentials"] == {"api_key": "key-EXAMPLE"}
    assert mallory("get", "old/api_key").out == "key-EXAMPLE"
    (newest, _) = json.loads(kept("history", "old", "--json").out)
    assert "connector" in newest["changed"]
    assert kept("restore", "old", "--revision", "1").code == 0
    assert shown(kept)["credentials"] == before["credentials"]


def test_it_is_proved_as_when_it_is_added(kept: Opened, resci: Resci) -> None:
    values = good_values(resci)
    values.pop("api_key")
    for secret, code in (("wrong-EXAMPLE", 4), (resci.api_key, 0)):
        words = ["--connector", "resci", "--set", "api_key=env:HELD", "--allow-host", resci.host]
        words += [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
        words += [word for name in ("user", "note", "token") for word in ("--unset", name)]
        ran = kept("update", "old", *words, environment={"HELD": secret})
        assert ran.code == code, ran.err
    assert shown(kept)["verified_status"] == "VERIFIED"


def test_names_aliases_and_variables_find_their_fields(opened: Opened) -> None:
    fields = {"PGHOST": "db.example.com", "pguser": "ada", "Password": "pw-EXAMPLE", "dbname": "shop"}
    settings = [word for name in fields for word in ("--set", f"{name}=env:{name}")]
    assert opened("add", "secret", "old", *settings, environment=fields).code == 0
    assert opened("update", "old", "--connector", "postgres", "--no-probe").code == 0
    values = shown(opened)["credentials"]
    assert isinstance(values, dict)
    assert values.items() >= {"host": "db.example.com", "username": "ada", "password": "pw-EXAMPLE"}.items()
    assert values["database"] == "shop"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "has no place in the other connector"),
        (("--map", "nothing=api_key"), "is no field of it"),
        (("--map", "token=nothing"), "has no place in the other connector"),
        (("--map", "token=api_key", "--map", "note=api_key"), "would be api_key, as another is"),
        (("--unset", "token"), "api_key"),
        (("--map", "x"), "--map takes FIELD=FIELD"),
        (("--method", "none"), "has no method"),
        (("token",), "without --retry or a FIELD"),
    ],
)
def test_no_value_is_lost_and_what_is_wrong_is_named(kept: Opened, words: tuple[str, ...], told: str) -> None:
    unset = ("--unset", "user", *(() if "note=api_key" in words else ("--unset", "note")))
    ran = kept("update", "old", "--connector", "resci", *unset, *words, "--no-probe")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "key-EXAMPLE" not in ran.err
    assert shown(kept)["credentials_version"] == "1"


def test_map_alone_and_the_same_connector_are_refused(kept: Opened) -> None:
    assert kept("update", "old", "--map", "a=b").code == 2
    assert "of secret already" in kept("update", "old", "--connector", "secret").err
    assert kept("update", "old", "--connector", "gone").code == 3


def test_what_is_missing_is_asked_for_at_a_terminal(kept: Opened) -> None:
    environment = {**kept.environment, "TERM": "xterm"}
    environment.pop("NEXCRED_NO_INPUT")
    screen = pyte.Screen(100, 40)
    unset = ("--unset", "user", "--unset", "token", "--unset", "note")
    words = ("update", "old", "--connector", "resci", *unset, "--no-probe")
    typed = [Typed("API Key", "typed-EXAMPLE\r")]
    ended = play(kept.command(*words), typed, screen, environment=environment, folder=kept.home)
    assert (ended.code, b"typed-EXAMPLE" in ended.seen) == (0, False), lines_of(screen)
    assert kept("get", "old/api_key").out == "typed-EXAMPLE"
