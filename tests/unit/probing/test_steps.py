"""A probe of several questions: which are asked, and what their answers prove together."""

from datetime import UTC, datetime, timedelta

import pytest

from nexcred.auth.flow import Response, Verdict
from nexcred.connectors.values import check_values
from nexcred.model.probe import ProbeStatus as Status
from nexcred.probing.plan import probe_flow
from tests.unit.auth.drive import answer, run
from tests.unit.connectors.specs import changed, connector_of, problems_of

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
STEPS = changed(
    '  [method.probe]\n  request = { url = "https://{tenant}.acme.test/me" }\n',
    """
  [[method.field]]
  name = "folder"
  label = "Folder"
  required = false

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://{tenant}.acme.test"

  [method.probe]
  unless = { field = "base_url" }
  request = { url = "https://{tenant}.acme.test/me" }
  identity = "{answer.user}"

    [[method.probe.rule]]
    match = "busy"
    verdict = "rejected"
    again = true

  [[method.probe.step]]
  when = { field = "base_url" }
  unless = { field = "folder" }
  request = { url = "{base_url}/folders" }

  [[method.probe.step]]
  when = { field = "folder" }
  request = { url = "{base_url}/folders/{folder}" }
  expires = "until"

    [[method.probe.step.rule]]
    status = 404
    verdict = "forbidden"
    detail = "the key is good, and there is no such folder"
""",
)
ME = answer({"user": "Ada"})


def ask(*responses: Response, **fields: str) -> tuple[list[str], Verdict]:
    (method,) = (connector := connector_of(STEPS)).methods
    values = check_values(connector, method, {"tenant": "acme", "api_key": "key-EXAMPLE", **fields})
    requests, verdict = run(probe_flow(method, values, NOW), *responses)
    return [request.url for request in requests], verdict


def test_what_no_value_asks_for_is_not_asked() -> None:
    urls, verdict = ask(ME)
    assert urls == ["https://acme.acme.test/me"]
    assert (verdict.status, verdict.identity, verdict.decided_by) == (Status.ACCEPTED, "Ada", "accept_status")


def test_a_step_is_asked_when_its_value_is_there() -> None:
    until = NOW + timedelta(days=1)
    urls, verdict = ask(ME, answer({"until": until.isoformat()}), folder="a b")
    assert urls == ["https://acme.acme.test/me", "https://acme.acme.test/folders/a%20b"]
    assert (verdict.status, verdict.identity, verdict.expires_at) == (Status.ACCEPTED, "Ada", until)


def test_a_later_no_keeps_what_was_found_out_before() -> None:
    _, verdict = ask(ME, answer({}, 404), folder="x")
    assert verdict.status is Status.FORBIDDEN
    assert (verdict.identity, verdict.detail) == ("Ada", "the key is good, and there is no such folder")
    assert verdict.decided_by == "step[1].rule[0]"


def test_nothing_is_asked_after_a_no() -> None:
    urls, verdict = ask(answer({"message": "unknown key"}, 401), folder="x")
    assert (len(urls), verdict.status) == (1, Status.REJECTED)


def test_a_default_made_of_other_fields_is_not_given() -> None:
    assert ask(answer([]), base_url="https://acme.test/x")[0] == ["https://acme.test/x/folders"]
    assert ask(answer([]), base_url="https://acme.test/x", folder="f")[0] == ["https://acme.test/x/folders/f"]


def test_an_answer_that_must_come_twice_is_asked_for_again() -> None:
    assert ask(answer({"busy": True}), ME)[1].status is Status.ACCEPTED
    urls, verdict = ask(answer({"busy": True}), answer({"busy": True}))
    assert (len(urls), verdict.status) == (2, Status.REJECTED)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('unless = { field = "folder" }', 'unless = { field = "x" }', "'x' is no other field"),
        ('when = { field = "folder" }', "", "'folder' may be missing; a URL needs it required or with a default"),
        ("{base_url}/folders/{folder}", "https://{folder}.acme.test", "'folder' reaches a host name and needs a"),
        ('expires = "until"', 'expires = "until["', "is not a JMESPath expression"),
        ("folders/{folder}", "folders/{nobody}", "names 'nobody', which is no field"),
        ('  request = { url = "{base_url}/folders/{folder}" }\n', "", "lacks 'request'"),
    ],
)
def test_problems_of_steps_are_found(old: str, new: str, problem: str) -> None:
    found = problems_of(changed(old, new, STEPS))
    assert any("step" in place and problem in text for place, text in found), found
