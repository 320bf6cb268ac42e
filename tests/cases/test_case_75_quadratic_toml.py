"""Case 75: TOML that takes the parser, or what looks for its lines, the square of its length: in project and connector.

Each would keep a process busy for minutes. The patience of a run guards against that; what proves that none was begun
is what it is refused for.
"""

from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.unit.connectors.specs import SPEC

LENGTH = 250_000
REFUSED = {
    "a dotted key": ("a" + ".a" * (LENGTH // 2) + " = 1\n", "has a key of more than 512 bytes"),
    "a key of dots and spaces": ("a" + " . a" * 100 + " = 1\n", "has a key of more than 8 dots"),
    "a dotted header": ("[a" + ".a" * (LENGTH // 2) + "]\n", "has a key of more than 512 bytes"),
    "a dotted key in an inline table": ("a = { b" + ".b" * 200 + " = 1 }\n", "has a key of more than 8 dots"),
    "a number": ("a = " + "1" * LENGTH + "\n", "has a number of more than 19 digits"),
    "a negative number": ("a = [-" + "1" * 5_000 + "]\n", "has a number of more than 19 digits"),
    "a hexadecimal number": ("a = 0x" + "f" * LENGTH + "\n", "has a number of more than 19 digits"),
    "brackets": ("a = " + "[" * 20_000 + "]" * 20_000 + "\n", "has more than 16 levels of brackets"),
    "spaces within a key": ("a" + " " * LENGTH + ". b = 1\n", "has a key of more than 512 bytes"),
    "spaces within a header": ("[a" + " " * LENGTH + ". b]\n", "has a key of more than 512 bytes"),
    "spaces in a line": (" " * LENGTH + "\na = 1\n", "unknown key"),
    "spaces in an inline table": ("a = { b = 1" + " " * LENGTH + "}\n", "unknown key"),
    "items": ("a = [" + "1," * (LENGTH // 2) + "]\n", "unknown key"),
    "keys": ("".join(f"k{number} = 1\n" for number in range(20_000)), "100 problems or more"),
    "headers": ("".join(f"[k{number}]\n" for number in range(25_000)), "100 problems or more"),
}
hostile = pytest.mark.parametrize(("text", "problem"), REFUSED.values(), ids=REFUSED)


def own_connector(program: Opened, text: str) -> Path:
    """Put a connector of one's own there, with this text before or after what it needs."""
    return put_connector(program, "acme", SPEC + text if text.lstrip().startswith("[") else text + SPEC)


@hostile
def test_case_75_a_project_file_is_refused(opened: Opened, text: str, problem: str) -> None:
    (opened.home / "nexcred.toml").write_text(text)
    checked = opened("check")
    assert (checked.code, checked.out) == (2, "")
    assert problem in checked.err
    ran = opened("run", "--", "touch", "ran")
    assert (ran.code, ran.out) == (125, "")
    assert not (opened.home / "ran").exists()


@hostile
def test_case_75_a_connector_is_refused(opened: Opened, text: str, problem: str) -> None:
    path = own_connector(opened, text)
    for command in (("connectors", "check", str(path)), ("connectors", "show", "acme"), ("add", "acme")):
        ran = opened(*command)
        assert (ran.code, ran.out) == (2, "")
        assert problem in ran.err


@hostile
def test_case_75_at_tab_there_is_nothing_to_offer(opened: Opened, text: str, problem: str) -> None:
    (opened.home / "nexcred.toml").write_text(text)
    own_connector(opened, text)
    for line in (("run", "--profile", ""), ("add", "acme", "--set", ""), ("add", "acme", "--method", "")):
        ran = opened("complete", "fish", "--", *line)
        assert (ran.code, ran.err) == (0, "")
        assert len(ran.out.splitlines()) == 1


def many(table: str, count: int) -> str:
    return "".join(table.format(number) for number in range(count))


TOO_MANY = {
    "fields": (many('\n[[field]]\nname = "f{}"\nlabel = "F"\n', 300), "field: has more than 256 entries"),
    "methods": (
        many('\n[[method]]\nname = "m{}"\nlabel = "M"\nunprobed = "x"\nauth = {{ scheme = "none" }}\n', 70),
        "method: has more than 64 entries",
    ),
    "choices": (
        '\n[[field]]\nname = "f"\nlabel = "F"\nchoices = [' + many('"{}",', 1_100) + "]\n",
        "field[0].choices: has more than 1,024 entries",
    ),
}


@pytest.mark.parametrize(("text", "problem"), TOO_MANY.values(), ids=TOO_MANY)
def test_case_75_what_is_compared_with_all_the_rest_is_counted_first(opened: Opened, text: str, problem: str) -> None:
    ran = opened("connectors", "check", str(own_connector(opened, text)))
    assert (ran.code, ran.out) == (2, "")
    assert problem in ran.err
