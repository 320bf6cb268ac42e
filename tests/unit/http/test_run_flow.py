from collections.abc import Generator

import pytest

from nexcred.auth.flow import Request, Response
from nexcred.http.policy import HostPolicy
from nexcred.http.run_flow import run_flow
from nexcred.http.transport import Transport
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from tests.support.standins import Aventri, faults


def _two_steps(stand_in: Aventri, ended: list[str]) -> Generator[Request, Response, int]:
    try:
        first = yield Request("GET", stand_in.url + "/one")
        second = yield Request("GET", stand_in.url + "/two")
        return first.status + second.status
    finally:
        ended.append("ended")


def test_each_request_is_sent_and_each_answer_handed_back(aventri: Aventri) -> None:
    ended: list[str] = []
    transport = Transport(HostPolicy((), (aventri.host,)), environment={})
    assert run_flow(_two_steps(aventri, ended), transport, Deadline.after(30)) == 400
    assert [request.path for request in aventri.received] == ["/one", "/two"]
    assert ended == ["ended"]


def test_a_failure_ends_the_flow(aventri: Aventri) -> None:
    ended: list[str] = []
    aventri.fault = faults.reset()
    transport = Transport(HostPolicy((), (aventri.host,)), environment={})
    with pytest.raises(TransportFailed):
        run_flow(_two_steps(aventri, ended), transport, Deadline.after(30))
    assert ended == ["ended"]
    assert len(aventri.received) == 1
