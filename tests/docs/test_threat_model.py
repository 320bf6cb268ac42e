"""Each promise of the threat model names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/threat-model.md").read_text()
_ROW = re.compile(r"^\|.*\|(?P<tests>[^|]*)\|$", re.MULTILINE)
_RANGE = re.compile(r"(\d+)(?:(?: to |–)(\d+))?")
_NAMED = re.compile(r"case_(\d+(?:_to_\d+|(?:_\d+)*))")


def _numbers(text: str) -> set[int]:
    return {
        number
        for first, last in _RANGE.findall(re.sub(r"`[^`]*`", "", text))
        for number in range(int(first), int(last or first) + 1)
    }


def _there() -> set[int]:
    """Return the cases that are in the name of a file, or of a test."""
    found: set[int] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        for said in _NAMED.findall(f"{path.name} {path.read_text()}"):
            found |= _numbers(said.replace("_to_", " to ").replace("_", " "))
    return found


def test_the_numbered_tests_of_each_promise_are_there() -> None:
    said = _numbers(" ".join(row["tests"] for row in _ROW.finditer(PAGE)))
    said |= _numbers(" ".join(re.findall(r"\b[Cc]ases? ([\d, to]+)", PAGE)))
    assert {1, 19, 61, 99} <= said
    assert said - _there() == set()


def test_the_files_that_it_names_are_there() -> None:
    said = set(re.findall(r"`(test_\w+\.py)`", PAGE))
    assert said
    assert said <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}
