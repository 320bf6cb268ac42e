"""Case 76: patterns that go back for ever, and JMESPath that doubles an answer, from a connector's file.

The patience of a run guards against what has no end.
"""

from pathlib import Path

import pytest

from nexcred.auth.pick import pick, problem_in_expression
from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.standins.rest import Rest

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


GO_BACK = ["(a+)+b", "(a|a)*b", "((a*)*)*b", "(a+a+)+b", "(?!(a+)+b)a*c", "(.*)(.*)(.*)(.*)(.*)b"]
goes_back = pytest.mark.parametrize("pattern", GO_BACK)
TENANT = """
  [[method.field]]
  name = "tenant"
  label = "Tenant"
  pattern = '{}'
"""


def with_tenant(path: Path, pattern: str, more: str = "") -> None:
    path.write_text(path.read_text().replace("  [method.auth]", TENANT.format(pattern) + more + "\n  [method.auth]"))


@goes_back
def test_case_76_a_value_does_not_fit_a_pattern_that_goes_back(opened: Opened, acme: Path, pattern: str) -> None:
    with_tenant(acme, pattern)
    assert opened("connectors", "check", "acme").code == 0
    value = "a" * 100_000
    ran = opened("add", "acme", "--set", f"tenant={value}", "--set", "api_key=env:KEY", environment={"KEY": "EXAMPLE"})
    assert (ran.code, ran.out) == (2, "")
    assert "tenant must match" in ran.err
    assert opened.names == []


@goes_back
def test_case_76_nor_does_a_default_of_the_same_file(opened: Opened, acme: Path, pattern: str) -> None:
    with_tenant(acme, pattern, f'  default = "{"a" * 100_000}"\n')
    ran = opened("connectors", "check", "acme")
    assert (ran.code, ran.out) == (2, "")
    assert "does not fit the pattern" in ran.err


def test_case_76_a_pattern_for_a_host_is_tried_and_refused(opened: Opened, acme: Path) -> None:
    with_tenant(acme, "(?:.?){300}" * 10)
    acme.write_text(acme.read_text().replace("{base_url}/me", "https://{tenant}.acme.test/me"))
    ran = opened("connectors", "check", "acme")
    assert (ran.code, ran.out) == (2, "")
    assert "lets through what could name another host" in ran.err


def test_case_76_values_of_nexla_can_be_taken_apart_in_one_way(opened: Opened, acme: Path) -> None:
    fields = "".join(TENANT.format(".+").replace("tenant", name) for name in "abc")
    names = '\n  [method.nexla]\n  names = { key = "{a}{b}{c}!" }\n'
    acme.write_text(acme.read_text().replace("  [method.auth]", f"{fields}\n  [method.auth]") + names)
    ran = opened("connectors", "check", "acme")
    assert (ran.code, ran.out) == (2, "")
    assert "must have a space after '{a}'" in ran.err
