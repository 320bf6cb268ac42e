"""A connector is found by typing what people call it; lines end between words, whatever the width."""

import re

import pyte
import pytest

from nexcred.cli.terminal.wrapping import wrapped
from nexcred.connectors.load.index import known_systems
from tests.support.opened import Opened
from tests.support.terminal import Ended, Typed, lines_of, play


def pick(
    program: Opened, typed: list[Typed], *, columns: int = 80, rows: int = 24, term: str = "xterm"
) -> tuple[Ended, list[str]]:
    environment = {**program.environment, "TERM": term}
    environment.pop("NEXCRED_NO_INPUT", None)
    screen = pyte.Screen(columns, rows)
    ended = play(program.command("add"), typed, screen, environment=environment, folder=program.home)
    return ended, lines_of(screen)


TITLES = sorted((one.title for one in known_systems()), key=str.casefold)


def last_shown(columns: int = 80, rows: int = 24) -> str:
    """Return the line at the bottom of the screen, beneath the question and as many titles as fit."""
    lines = [line for title in TITLES for line in wrapped(title, room=max(columns - 4, 16))]
    return f"   {lines[min(rows - 1, len(lines)) - 1]}"


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("post", "PostgreSQL"),
        ("POSTGRES", "PostgreSQL"),
        ("aws", "Amazon S3"),
        ("mariadb", "MySQL"),
        ("k8s", "Kubernetes"),
        ("retention science", "ReSci"),
        ("googlx\x7fe storage", "Google Cloud Storage"),
        ("zzz\x15sfdc", "Salesforce"),
    ],
)
def test_typing_finds_it_by_whatever_it_is_called(opened: Opened, typed: str, title: str) -> None:
    ended, shown = pick(opened, [Typed(last_shown(), f"{typed}\r"), Typed("Name", "\x03")])
    assert ended.code == 130, shown
    assert any(line.startswith(f"› Connector {title}") for line in shown), shown


def test_they_are_sorted_by_their_titles_and_the_keys_are_shown(opened: Opened) -> None:
    rows = len(TITLES) + 8
    ended, shown = pick(opened, [Typed(last_shown(rows=rows), "\x03")], rows=rows)
    assert ended.code == 130
    assert "type to filter, ↑ ↓ Enter" in shown[0]
    titles = [re.split(" – ", line[3:])[0] for line in shown[1:] if line.startswith((" » ", "   "))]
    assert titles == TITLES


def test_what_nothing_has_is_told_and_enter_waits(opened: Opened) -> None:
    typed = [Typed(last_shown(), "zzz\r"), Typed("nothing matches", "\x15stripe\r"), Typed("Name", "\x03")]
    ended, shown = pick(opened, typed)
    assert ended.code == 130, shown


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24), (50, 24), (24, 10)])
def test_lines_end_between_words(opened: Opened, columns: int, rows: int) -> None:
    known = {one.title: " ".join(one.about.split()) for one in known_systems()}
    words = {word.strip(".,;") for title, about in known.items() for word in f"{title} {about}".split()}
    ended, shown = pick(opened, [Typed(last_shown(columns, rows), "\x03")], columns=columns, rows=rows)
    assert ended.code == 130
    listed = [line[3:] for line in shown if line.startswith((" » ", "   "))]
    for word in (word.strip(".,;") for line in listed for word in line.split()):
        assert word in words | {"–", "…", ""}, listed


def test_a_list_that_is_longer_than_the_screen_keeps_its_question(opened: Opened) -> None:
    keys = [Typed(last_shown(rows=10), "\x1b[A"), Typed(f" » {TITLES[-1]}", "\x03")]
    ended, shown = pick(opened, keys, rows=10)
    assert ended.code == 130, shown


def test_a_plain_terminal_takes_a_word_too(opened: Opened) -> None:
    typed = [Typed("Connector", "google\r"), Typed("Connector", "k8s\r"), Typed("Name", "\x03")]
    ended, shown = pick(opened, typed, term="dumb", rows=60)
    assert ended.code == 130, shown
    told = " ".join(" ".join(shown).split())
    assert "choose one of" in told
    assert "Google Cloud Storage" in told
    assert any("Kubernetes" in line for line in shown)


def test_a_key_that_is_pasted_finds_its_system_and_is_taken(opened: Opened) -> None:
    key = "sk_test_EXAMPLE0123456789"
    typed = [Typed(last_shown(rows=40), f"\x1b[200~{key}\x1b[201~"), Typed(" » Stripe", "\r"), Typed("Name", "\r")]
    typed += [Typed("Description", "\r")]
    ended, shown = pick(opened, typed, rows=40)
    assert ended.code == 0, shown
    assert opened("get", "stripe/api_key").out.strip() == key
    assert any("The key that you pasted is taken." in line for line in shown)
    assert key not in ended.seen.decode()


def test_no_two_connectors_are_called_by_one_name() -> None:
    known = known_systems()
    names = [name for one in known for name in {one.name, one.title.casefold(), *map(str.casefold, one.also)}]
    assert len(names) == len(set(names))
