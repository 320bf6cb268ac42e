"""Fields that a credential names itself, asked for at a terminal: a name, its value, and whether there is another."""

import json

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.terminal import Typed, lines_of, play

PASTED, OVER = "\x1b[200~", "\x1b[201~"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nEXAMPLE\n-----END OPENSSH PRIVATE KEY-----\n"
ANOTHER = "Another field?"


def asked(
    program: Opened, *words: str, typed: list[tuple[str, str]], terminal: str = "xterm"
) -> tuple[int, str, bytes]:
    environment = {**program.environment, "TERM": terminal}
    environment.pop("NEXCRED_NO_INPUT", None)
    screen = pyte.Screen(100, 60)
    keys = [Typed(after, f"{text}\r") for after, text in typed]
    ended = play(program.command(*words), keys, screen, environment=environment, folder=program.home)
    return ended.code, "\n".join(lines_of(screen)), ended.seen


def shown(program: Opened, name: str) -> dict[str, object]:
    found = json.loads(program("show", name, "--json", "--reveal").out)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("terminal", ["xterm", "dumb"])
def test_name_and_value_are_asked_for_until_there_is_no_other(opened: Opened, terminal: str) -> None:
    (opened.home / "key").write_text(KEY)
    typed = [
        ("Name", "portal"),
        ("Description", ""),
        ("Name of a field", ""),
        ("Name of a field", "user name"),
        ("Name of a field", "user:public"),
        ("user", "ada"),
        (ANOTHER, "key"),
        ("key (", "@nowhere"),
        ("key (", "@key"),
        (ANOTHER, "Key"),
        (ANOTHER, "password"),
        ("password (", "pw-EXAMPLE"),
        (ANOTHER, "y"),
        ("Name of a field", "made"),
        ("made (", "generate:20"),
        (ANOTHER, "no"),
    ]
    code, screen, seen = asked(opened, "add", "secret", typed=typed, terminal=terminal)
    assert code == 0, screen
    assert "it needs at least one field" in screen
    assert "that is no name of a field" in screen
    assert "that would be the same variable as 'key'" in screen
    assert "made a new secret of 20" in screen
    assert b"pw-EXAMPLE" not in seen
    assert b"OPENSSH" not in seen
    found = shown(opened, "portal")
    values = found["credentials"]
    assert isinstance(values, dict)
    made = values.pop("made")
    assert (len(made), made.encode() in seen) == (20, False)
    assert values == {"user": "ada", "key": KEY, "password": "pw-EXAMPLE"}
    assert found["credentials_non_secure_data"] == {"user": "ada"}


def test_lines_that_are_pasted_are_kept_and_never_shown(opened: Opened) -> None:
    typed = [("Description", ""), ("Name of a field", "key"), ("key (", f"{PASTED}{KEY}{OVER}"), (ANOTHER, "")]
    code, screen, seen = asked(opened, "add", "secret", "pasted", typed=typed)
    assert (code, b"OPENSSH" in seen) == (0, False), screen
    assert opened.run_bytes("get", "pasted/key").stdout == KEY.encode()


def test_update_keeps_by_enter_and_asks_for_more(opened: Opened) -> None:
    settings = ("--set", "user:public=ada", "--set", "password=env:HELD")
    assert opened("add", "secret", "portal", *settings, environment={"HELD": "pw-EXAMPLE"}).code == 0
    typed = [
        ("Description", ""),
        ("user", "bob"),
        ("password (", ""),
        (ANOTHER, "url:public"),
        ("url", "x"),
        (ANOTHER, ""),
    ]
    code, screen, _ = asked(opened, "update", "portal", typed=typed)
    assert code == 0, screen
    code, screen, _ = asked(opened, "update", "portal", "token", typed=[("token (", "@@t-EXAMPLE")])
    assert code == 0, screen
    found = shown(opened, "portal")
    assert found["credentials"] == {"user": "bob", "password": "pw-EXAMPLE", "url": "x", "token": "@t-EXAMPLE"}
    assert found["credentials_non_secure_data"] == {"user": "bob", "url": "x"}
