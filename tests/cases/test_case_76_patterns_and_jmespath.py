"""Case 76: JMESPath that doubles an answer, from a connector's file. The patience of a run guards against no end."""

from pathlib import Path

import pytest

from nexcred.auth.pick import pick, problem_in_expression
from tests.opened import Opened
from tests.program import Ran
from tests.standins.rest import Rest

DOUBLE = "[@,@]|"
MUCH = {
    "doubled and written out": DOUBLE * 60 + "to_string(@)",
    "doubled and flattened": "[@,@][]|" * 55 + "length(@)",
    "joined with itself": "to_string(@)|" + "join('',[@,@])|" * 30 + "length(@)",
    "a text of many texts": "to_string(@)|" + "[@,@,@,@,@,@,@,@]|join('',@)|" * 12 + "length(@)",
    "a long separator": "to_string(@)|" + "join('',[@,@])|" * 15 + "join(@,[@,@,@,@,@,@,@,@,@])|length(@)",
    "escaped again and again": "to_string([@])|" * 30 + "length(@)",
    "compared with its like": f"[{DOUBLE * 35}@,{DOUBLE * 35}@]|[0]==[1]",
    "made in each of a list": "[[@,@,@,@,@][],[@]][].to_string(@)|" + "[[*].join('',[@,@]),@][]|" * 14 + "length(@)",
}
much = pytest.mark.parametrize("expression", MUCH.values(), ids=MUCH)


@pytest.fixture
def acme(opened: Opened) -> Path:
    """Return the file of a connector of one's own for any REST API."""
    ran = opened("connectors", "new", "acme")
    path = Path(ran.out.rstrip("\n"))
    path.write_text(path.read_text().replace("example.com", "acme.test"))
    return path


def tried(opened: Opened, rest: Rest) -> Ran:
    to = ("--set", f"base_url={rest.base_url}/v1", "--allow-host", rest.host, "--set", "api_key=env:KEY")
    return opened("connectors", "check", "acme", *to, environment={"KEY": Rest.api_key})


def put(path: Path, key: str, value: str) -> None:
    """Let the probe say this for a key, which may be there already."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith(f"  {key} =")]
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("  [method.probe]"))
    path.write_text("\n".join([*lines[:at], f'  {key} = "{value}"', *lines[at:]]) + "\n")


@much
def test_case_76_what_makes_too_much_of_an_answer_finds_nothing(expression: str) -> None:
    assert problem_in_expression(expression) == ""
    assert pick(expression, {"user": {"email": 'ada"@example.com'}, "ids": list(range(200))}) is None


@much
def test_case_76_a_probe_that_would_make_too_much_proves_nothing(
    opened: Opened, acme: Path, rest: Rest, expression: str
) -> None:
    put(acme, "expect", expression)
    ran = tried(opened, rest)
    assert ran.code == 5, ran.err
    assert "inconclusive" in ran.out


def test_case_76_an_identity_and_a_message_are_bounded_too(opened: Opened, acme: Path, rest: Rest) -> None:
    put(acme, "identity", "{answer|" + MUCH["joined with itself"] + "}")
    put(acme, "message", MUCH["doubled and flattened"])
    ran = tried(opened, rest)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == "accepted"


def test_case_76_an_expression_is_a_line(opened: Opened, acme: Path) -> None:
    put(acme, "expect", "user." + "a" * 507)
    assert opened("connectors", "check", "acme").code == 0
    put(acme, "expect", "user." + "a" * 508)
    ran = opened("connectors", "check", "acme")
    assert (ran.code, ran.out) == (2, "")
    assert "is longer than 512 characters" in ran.err
