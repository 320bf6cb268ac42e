"""What is refused before the TOML parser, and that nothing slips by."""

import tomllib
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.connectors.language.toml_bounds import (
    MOST_BYTES,
    MOST_DIGITS,
    MOST_DOTS,
    MOST_KEY_BYTES,
    MOST_LEVELS,
    Excess,
    find_excess,
)

LONG_KEY = ".".join(["k"] * 60)
LONG_NUMBER = "1" * 25

TAKEN = {
    "the longest key": "a" * MOST_KEY_BYTES + "=1",
    "the longest quoted key": '"' + "a" * (MOST_KEY_BYTES - 2) + '"=1',
    "the most dots": "a" + ".a" * MOST_DOTS + " = 1",
    "the largest number": "a = " + "9" * MOST_DIGITS,
    "the most levels": "a = " + "[" * MOST_LEVELS + "]" * MOST_LEVELS,
    "the largest file": "#" * MOST_BYTES,
    "a long text": 'a = "' + "x" * 10_000 + '"',
    "a long text in a list": 'a = ["' + "x" * 10_000 + '"]',
    "all of it in a text": f"a = '{LONG_KEY} {LONG_NUMBER} {'[' * 99}'",
    "all of it in a text of several lines": f'a = """\n{LONG_KEY} = {LONG_NUMBER}\n{"[" * 99}\\""" """',
    "all of it in a literal text of several lines": f"a = '''\n{LONG_KEY} = {LONG_NUMBER}\n{'[' * 99}\"'''",
    "all of it in a comment": f"# {LONG_KEY} = {LONG_NUMBER} {'[' * 99} \" '''",
    "quotes at the end of a text": 'a = """x"""""\nb = \'\'\'y\'\'\'\'\'\nc = ""',
    "times and addresses": 'at = 1979-05-27T00:32:00.999999-07:00\nhost = "1.2.3.4.5.6.7.8.9.10"',
    "windows lines": 'a = """x\r\ny"""\r\nb = 1\r\n',
}
REFUSED = {
    "a key": ("\n\n" + "a" * (MOST_KEY_BYTES + 1) + " = 1", 3, "key of more than 512 bytes"),
    "a quoted key": ("'" + "a" * MOST_KEY_BYTES + "' = 1", 1, "key of more than 512 bytes"),
    "a key of letters that take more bytes": ('"' + "ä" * 300 + '" = 1', 1, "key of more than 512 bytes"),
    "a header": ("x = 1\n[" + "a" * (MOST_KEY_BYTES + 1) + "] # x", 2, "key of more than 512 bytes"),
    "dots": (f'x = """\n\n"""\n{LONG_KEY} = 1', 4, "key of more than 8 dots"),
    "dots between quoted parts": ("'a'" + '."a"' * 9 + " = 1", 1, "key of more than 8 dots"),
    "digits": (f"a = {LONG_NUMBER}", 1, "number of more than 19 digits"),
    "digits with marks": ("a = +" + "1_" * 25 + "1", 1, "number of more than 19 digits"),
    "binary digits": ("a = 0b" + "1" * 64, 1, "number of more than 19 digits"),
    "levels": ("a = " + "[{a=" * 9, 1, "more than 16 levels"),
    "a file": ("#" * (MOST_BYTES + 1), 0, "larger than 256 KiB"),
}


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_what_is_within_bounds_goes_to_the_parser(text: str) -> None:
    assert tomllib.loads(text) is not None
    assert find_excess(text.encode()) is None


@pytest.mark.parametrize(("text", "line", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_is_beyond_them_is_refused_with_its_line(text: str, line: int, problem: str) -> None:
    found = find_excess(text.encode())
    assert isinstance(found, Excess)
    assert found.line == line
    assert problem in found.problem


PIECES = (
    *('"', "'", '"""', "'''", "\\", "#", "\n", "\r\n", " ", ",", ".", "=", "[", "]", "{", "}", "-", "_", "ä", "x", "7"),
    *("a = ", '"a" = ', "[a]\n", "b.c = 1\n", 'd = "\\""\n', "e = '\\'\n", 'f = """\\"""x"""\n', "g = '''''''\n"),
    *(f"{LONG_KEY} = 1\n", f"h = {LONG_NUMBER}\n", f"i = {'[' * 60}{']' * 60}\n", f"[{LONG_KEY}]\n"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_nothing_slips_by_whatever_strings_and_comments_say(text: str) -> None:
    if find_excess(text.encode()) is not None:
        return
    with suppress(tomllib.TOMLDecodeError):
        for depth, value in walk(tomllib.loads(text)):
            assert depth <= MOST_LEVELS + 2 * (MOST_DOTS + 1)
            assert not isinstance(value, int) or value < 10**MOST_DIGITS


def walk(value: object, depth: int = 0) -> Iterator[tuple[int, object]]:
    yield depth, value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inside:
        yield from walk(part, depth + 1)
