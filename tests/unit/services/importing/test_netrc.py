"""netrc as curl and Python's netrc read it; where they differ, the line is named and nothing is taken.

Reports of the same faults elsewhere stand beside the cases: heroku/netrc#25, swiftlang/swift-package-manager#8109.
"""

import netrc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeGuard

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nexcred.services.importing.found import ImportCandidate, Unreadable
from nexcred.services.importing.netrc import read_netrc
from tests.support.import_readings import plain, problem, told

WORDS = (
    "machine",
    "login",
    "password",
    "account",
    "default",
    "macdef",
    "a",
    "h",
    '"b c"',
    '"d',
    "#",
    "#e",
    "f\\g",
    "i#",
)
BLANKS = (" ", "  ", "\t", "\n", "\n\n")


def logins(text: str) -> dict[str, tuple[str, str]]:
    """Return the login and password that nexcred takes for each machine, and says of no other."""
    found = [one for one in read_netrc(text.encode()).found if isinstance(one, ImportCandidate)]
    return {str(one.values["base_url"]): _login(one) for one in found}


def _is_taken(one: ImportCandidate | Unreadable) -> TypeGuard[ImportCandidate]:
    return isinstance(one, ImportCandidate)


def _login(one: ImportCandidate) -> tuple[str, str]:
    values = plain(one)
    return str(values["username"]), str(values["password"])


READ = [
    ("machine h login ada password new # old password old\n", ("ada", "new")),
    ('machine h login ada password "#new"\n', ("ada", "#new")),
    ("machine h login ada password ne#w\n", ("ada", "ne#w")),
    ('machine h login "a da" password "n\\"e\\\\w"\n', ("a da", 'n"e\\w')),
    ("# machine h login ada password old\nmachine h login ada password new", ("ada", "new")),
    ("machine h\nlogin ada\n  # password old\npassword new\n", ("ada", "new")),
    ("machine h login ada account machine password new\n", ("ada", "new")),
    ("macdef m\nmachine h login x password y\n\nmachine h login ada password new\n", ("ada", "new")),
    ("machine h user ada password new", ("ada", "new")),
    ("MACHINE h LOGIN ada PASSWORD new", ("ada", "new")),
    ("machine h login ada password n\u00a0w\u2028x\n", ("ada", "n\u00a0w\u2028x")),
]


@pytest.mark.parametrize(("text", "login"), READ)
def test_a_machine_is_read_as_its_readers_agree(text: str, login: tuple[str, str]) -> None:
    assert logins(text) == {"https://h": login}


REFUSED = [
    ('machine h login ada password "abc\n', "line 1 has a quote that is not closed"),
    ("machine h login ada\n# c\npassword a\\b\n", "line 3: Python's netrc drops a '\\' and curl keeps it"),
    ('machine h login ada password "a\\nb"\n', "line 1: curl takes \\n, \\r and \\t for control characters"),
    ("machine h login ada # password old\npassword new\n", "line 1 has a '#' after which curl reads on"),
    ("machine h login ada password\n#new\n", "line 2 has a '#' where a value is due"),
    ("machine h login ada password #new\n", "line 1 has a '#' where a value is due"),
    ("machine h login ada password my secret\n", "line 1 has a word that is no keyword"),
    ("machine h login ada password a\npassword b\n", "line 2 gives another password"),
    ("machine h login ada password a\x01b\n", "line 1: it holds a control character"),
    ("machine h login ada password", "lacks a login or a password"),
    ("hello there\n", "begins with none of machine, default and macdef"),
    ("machine", "names no machine"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_what_readers_part_differently_is_named_with_its_line(text: str, told: str) -> None:
    assert told in problem(read_netrc(text.encode()))


def test_the_rest_of_a_file_is_read() -> None:
    reading = read_netrc(b'machine a login b password "c\nmachine d login e password f\n')
    values = {"base_url": "https://d", "username": "e", "password": "f"}
    assert told(reading) == ["line 1 has a quote that is not closed", ("d", "rest", values)]


def test_several_logins_on_one_machine_are_named_after_their_users() -> None:
    reading = read_netrc(b"machine h login ada password a\nmachine h login bob password b\n")
    assert [one.name for one in reading.found] == ["ada@h", "bob@h"]


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BLANKS)), max_size=14))
@example([("machine", " "), ("h", " "), ("login", " "), ("a", " "), ("password", " "), ("i#", "\n")])
@example([("machine", " "), ("h", " "), ("login", " "), ("a", " "), ("password", " "), ("f\\g", "\n")])
def test_what_is_taken_is_what_pythons_netrc_takes(words: list[tuple[str, str]]) -> None:
    """But for a quote that is not closed, behind which nexcred goes on with the next line, and Python with its end."""
    text = "".join(word + blank for word, blank in words)
    if '"d' in text:
        assert all("d" not in plain(one).values() for one in read_netrc(text.encode()).found if _is_taken(one))
        return
    reading = read_netrc(text.encode())
    taken = [one for one in reading.found if _is_taken(one)]
    with TemporaryDirectory() as folder:
        path = Path(folder, "netrc")
        path.write_text(text)
        try:
            theirs = netrc.netrc(str(path)).hosts
        except netrc.NetrcParseError:
            return
    machines = [str(one.values["base_url"]).removeprefix("https://") for one in taken]
    for one, machine in zip(taken, machines, strict=True):
        if machines.count(machine) == 1:
            login, _, password = theirs[machine]
            assert _login(one) == (login, password)
    for machine, (login, _, password) in theirs.items():
        named = any(isinstance(one, Unreadable) and one.name in (machine, "") for one in reading.found)
        assert not (login and password) or machine in machines or named
