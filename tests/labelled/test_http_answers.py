"""Every labelled answer over HTTP, really answered by a server and asked for as a probe does."""

from collections.abc import Iterator
from email.utils import format_datetime

import pytest

from nexcred.connectors.hosts import hosts_of
from nexcred.http.policy import HostPolicy
from nexcred.http.run_flow import run_flow
from nexcred.http.transport import Transport
from nexcred.network.deadline import Deadline
from nexcred.probing.plan import probe_flow
from tests.labelled.clock import NOW
from tests.labelled.schemes import to_send
from tests.labelled.table import Row, rows
from tests.support.each import for_each
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.reach import PLENTY_S
from tests.support.standins.server import StandIn

LABELLED = [*rows("http"), *rows("token"), *rows("aws")]


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


@for_each(LABELLED, lambda row: f"{row.place} {row.what}", tests=4)
def test_an_answer_is_judged_as_labelled(row: Row, *, server: StandIn) -> None:
    server.fault = lambda request, _proper: _answer(row, request)
    method, values = to_send(row.scheme, server.url, dict(row.values))
    transport = Transport(HostPolicy(hosts_of(method, values), (server.host,)), environment={})
    verdict = run_flow(probe_flow(method, values, NOW), transport, Deadline.after(PLENTY_S))
    found = (verdict.status.value, verdict.detail, verdict.retry_after_s, verdict.identity)
    assert found == (row.verdict, row.reason, row.wait_s, row.identity), row.source


def _answer(row: Row, request: Received) -> Answer:
    """What a token opens is opened to every token: the row is of the endpoint that gives it."""
    if row.place.startswith("token/") and request.method != "POST":
        return json_answer({"id": 1})
    is_dated = any(name == "Date" for name, _ in row.headers)
    return Answer(
        row.status, row.body, row.headers if is_dated else (*row.headers, ("Date", format_datetime(NOW, True)))
    )
