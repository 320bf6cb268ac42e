"""What may be shown of a probe: each request without its secrets, and which key of the spec decided."""

from datetime import UTC, datetime

import pytest

from nexcred.auth.flow import Request, Response, Verdict
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Value
from nexcred.model.secret import DOTS, Secret
from nexcred.probing.plan import probe_flow
from nexcred.probing.watched import Asked, ExchangeWatch, Run
from tests.unit.auth.drive import answer
from tests.unit.connectors.specs import SPEC, changed, connector_of

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
FIELDS: dict[str, Value] = {"tenant": "mine", "api_key": Secret("acme-key-EXAMPLE")}


def watched(method: Method, fields: dict[str, Value], *answers: Response) -> Run:
    """Drive a probe through a watch; the verdict is what it would be without one."""
    watch = ExchangeWatch()
    flow = watch(probe_flow(method, fields, NOW))
    next(flow)
    for one in answers[:-1]:
        flow.send(one)
    with pytest.raises(StopIteration) as end:
        flow.send(answers[-1])
    assert isinstance(end.value.value, Verdict)
    assert end.value.value == watch.runs[0].verdict
    return watch.runs[0]


def test_a_request_is_shown_with_its_status() -> None:
    run = watched(connector_of().methods[0], FIELDS, answer({"user": 1}))
    assert run.asked(FIELDS) == [Asked("GET", "https://mine.acme.test/me", 200)]


def test_of_a_query_the_names_are_shown_and_of_a_path_no_secret() -> None:
    spec = changed(
        'url = "https://{tenant}.acme.test/me"',
        'url = "https://{tenant}.acme.test/k/{api_key}", query = { key = "{api_key}", limit = "1" }',
    )
    run = watched(connector_of(spec).methods[0], FIELDS, answer({"user": 1}))
    (asked,) = run.asked(FIELDS)
    assert asked.url == f"https://mine.acme.test/k/{DOTS}?key={DOTS}&limit={DOTS}"


def test_a_token_that_an_answer_granted_is_not_shown() -> None:
    granted = answer({"session": {"token": "granted-token-EXAMPLE"}, "region": "eu"})
    used = Request("GET", "https://mine.acme.test/eu/granted-token-EXAMPLE/me")
    run = Run([(Request("POST", "https://mine.acme.test/login"), granted), (used, None)])
    assert run.asked(FIELDS) == [
        Asked("POST", "https://mine.acme.test/login", 200),
        Asked("GET", f"https://mine.acme.test/eu/{DOTS}/me", None),
    ]


@pytest.mark.parametrize(
    ("response", "decided_by"),
    [
        (answer({"user": 1}), "expect"),
        (answer({}), "expect"),
        (answer({"code": "bad"}, 400), "rule[1]"),
        (answer({}, 404), "rule[0]"),
        (answer({}, 401), ""),
        (answer({}, 500), ""),
    ],
)
def test_it_is_told_what_decided(response: Response, decided_by: str) -> None:
    rules = """
    expect = "user"

    [[method.probe.rule]]
    status = 404
    verdict = "rejected"

    [[method.probe.rule]]
    status = 400
    match = "code == 'bad'"
    verdict = "rejected"
"""
    run = watched(connector_of(SPEC.rstrip() + rules).methods[0], FIELDS, response)
    assert run.verdict
    assert run.verdict.decided_by == decided_by


def test_without_a_rule_the_accepted_status_decided() -> None:
    run = watched(connector_of().methods[0], FIELDS, answer({}))
    assert run.verdict
    assert run.verdict.decided_by == "accept_status"
