"""Patterns mean what they mean to Python, and end whatever they are tried on."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexcred.connectors.language.pattern import fewest, fits, is_cut_short, problem_in_pattern
from nexcred.connectors.load.loader import load_all
from tests.support.some_of import examples

SAMPLES = (
    "",
    "a",
    "b",
    "ab",
    "aab",
    "A",
    "1",
    "a1",
    "_",
    " ",
    "\n",
    "a\n",
    "-",
    "]",
    "^",
    "{",
    "a{",
    "é",
    "É",
    "ß",
    "SS",
)
# Python's $ also stands before a line break at the end, which no value has here.
PIECES = (
    *("a", "b", "A", "1", "é", "ß", "-", "]", "^", "{", "}", ",", "(", ")", "|", "*", "+", "?", ".", "[", "[^", "(?:"),
    *(r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\.", r"\]", r"\n", r"\x61", "{1,2}", "{2}", "{,2}", "{1,}", "(?i:"),
)
MEANT = {
    r"[a-z0-9-]+": (["a", "a-1"], ["", "A", "a.b", "a\n", "ä"]),
    r"[^\s/]{2,3}": (["ab", "a\N{SNOWMAN}b"], ["a", "a b", "abcd", "a/"]),
    r"(?i)bearer|(?:x|y)*": (["BEARER", "Bearer", "", "xyX"], ["bearer ", "z"]),
    r"(?i:ab)c": (["ABc", "abc"], ["abC"]),
    r"(?s)a.c": (["a\nc", "abc"], ["ac"]),
    r"a.c": (["abc"], ["a\nc"]),
    r"^a$|^b$": (["a", "b"], ["ab", "a\n"]),
    r"(?!(?:host|te)$)[a-z]+": (["hosts", "t", "ten"], ["host", "te", "Host"]),
    r"(?!x)[a-z]*": (["", "ax"], ["x", "xa"]),
    r"[]a-]+": (["]", "a-]"], ["b"]),
    r"a{,2}b{2}": (["bb", "aabb"], ["b", "aaabb"]),
    r"\u00e4\t\.": (["ä\t."], ["a\t."]),
    r"x{1": (["x{1"], ["x"]),
}


@pytest.mark.parametrize(("pattern", "fitting", "others"), [(one, *both) for one, both in MEANT.items()])
def test_the_whole_value_fits_or_not(pattern: str, fitting: list[str], others: list[str]) -> None:
    assert problem_in_pattern(pattern) == ""
    assert [value for value in (*fitting, *others) if fits(pattern, value)] == fitting


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        *(
            (pattern, "is not a regular expression")
            for pattern in ("(", ")", "[a", "[", "*a", "a**", "a{2,1}", "a{2}{3}")
        ),
        *((pattern, "is not a regular expression") for pattern in ("[b-a]", r"[a-\d]", "\\", r"\x1", r"\u12g4", "{2}")),
        *(
            (pattern, "not taken")
            for pattern in (r"\bword", r"(a)\1", "a(?=b)", "a(?!b)", "(?<=a)b", "(?P<a>b)", "(?m)a")
        ),
        ("(?!a)b|c", "must have what can stand after (?! ) in a group"),
        ("a" * 1_025, "is longer than 1,024 characters"),
        ("(((a{1000}){1000}){1000})", "is too large"),
        ("((){9999}){9999}", "is too large"),
        ("a{" + "9" * 1_000 + "}", "is too large"),
        ("(" * 400 + ")" * 400, "too many groups in each other"),
    ],
)
def test_what_is_no_pattern_is_said(pattern: str, problem: str) -> None:
    assert problem in problem_in_pattern(pattern)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_what_is_taken_means_what_it_means_to_python(pattern: str) -> None:
    if problem_in_pattern(pattern):
        return
    try:
        known = re.compile(pattern)
    except FutureWarning:  # a set that later Pythons may read otherwise
        return
    assert [one for one in SAMPLES if fits(pattern, one)] == [one for one in SAMPLES if known.fullmatch(one)]


PATTERNS = sorted({field.pattern for one in load_all() for method in one.methods for field in method.fields} - {""})


@settings(max_examples=examples(10))
@given(st.data())
@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_of_the_catalogue_mean_what_they_mean_to_python(pattern: str, data: st.DataObject) -> None:
    value = data.draw(st.from_regex(pattern, fullmatch=True))
    assert fits(pattern, value)
    at = data.draw(st.integers(0, len(value)))
    changed = value[:at] + data.draw(st.sampled_from(["", "\n", " ", "/", "é", "-", "A"])) + value[at + 1 :]
    assert fits(pattern, changed) is (re.fullmatch(pattern, changed) is not None)
    assert fewest(pattern) <= len(value)
    assert is_cut_short(pattern, value[:at]) is (at < fewest(pattern))


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("(a+)+b", "a" * 500_000),
        ("(a|a)*b", "a" * 500_000),
        ("((a*)*)*b", "a" * 500_000),
        ("(x+x+)+y", "x" * 500_000),
        ("(.*)(.*)(.*)(.*)(.*)[0-9]", "x" * 500_000),
        ("(?!(a+)+b)a*c", "a" * 500_000),
    ],
)
def test_what_would_keep_python_for_ever_is_decided(pattern: str, value: str) -> None:
    assert not fits(pattern, value)
    assert fits(pattern, f"{value}b") is pattern.endswith("b")


def test_what_takes_too_much_work_does_not_fit() -> None:
    characters = "".join(map(chr, range(0x4E00, 0x9000)))
    assert fits("(?:.?){2000}", characters[:20])
    assert not fits("(?:.?){3000}", characters[:2_900])
    assert not fits("(?!(?:.?){3000}x).*", characters[:2_900])


def test_a_long_value_is_tried_as_a_whole() -> None:
    pattern = r"(?s).*-----BEGIN CERTIFICATE-----.+-----END CERTIFICATE-----\s*"
    pem = "-----BEGIN CERTIFICATE-----\n" + "MIIBexample+/==\n" * 20_000 + "-----END CERTIFICATE-----\n"
    assert fits(pattern, pem)
    assert not fits(pattern, pem.replace("-----END", "----END"))
