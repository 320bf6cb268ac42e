"""What ends a connection or the service, and how many are served at once."""

import gc
import json
import select
import weakref
from contextlib import ExitStack, suppress

import pytest

from nexcred.server import health
from nexcred.server.limits import HEAD_S, IDLE_S, LINGER_S, MOST_AT_ONCE, WRITE_S
from nexcred.server.protocol import StrictProtocol
from tests.support.raw_http import raw, status_of, told
from tests.support.serving import OpenGate
from tests.support.strict_service import StrictService, strict_service
from tests.unit.server.handled import GET, HEAD, LARGE, Handled, LockedSource, with_headers

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def test_a_connection_on_which_nothing_comes_is_closed(service: StrictService) -> None:
    with raw(service.port) as connection:
        service.move(HEAD_S + 1)
        assert connection.to_the_end() == b""


def test_a_head_that_never_ends_is_not_waited_for(service: StrictService, handled: Handled) -> None:
    """However often another byte of it comes."""
    with raw(service.port) as connection:
        connection.send(HEAD)
        for _ in range(4):
            service.move(HEAD_S / 4 + 0.1)
            connection.send(b"X")
        assert status_of(connection.to_the_end()) == 408
    assert handled.bodies == []


def test_the_head_of_a_later_request_is_not_waited_for_either(service: StrictService) -> None:
    with raw(service.port) as connection:
        connection.send(GET)
        connection.answer()
        connection.send(HEAD)
        service.move(HEAD_S + 1)
        assert status_of(connection.to_the_end()) == 408


def test_a_connection_without_a_request_is_kept_for_a_while(service: StrictService) -> None:
    with raw(service.port) as connection:
        for _ in range(3):
            connection.send(GET)
            assert status_of(connection.answer()) == 200
            service.move(IDLE_S - 1)
        service.move(2)
        assert connection.to_the_end() == b""


def test_the_body_of_a_refused_request_is_read_for_a_moment(service: StrictService) -> None:
    """So that the answer reaches who sends it, and no longer."""
    with raw(service.port) as connection:
        connection.send(b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
        assert status_of(connection.answer()) == 404
        for _ in range(3):
            with suppress(ConnectionError):  # a slow machine's own time counts too, and has ended it by then
                connection.send(b"a")
            service.move(LINGER_S / 2)
        assert connection.to_the_end() == b""


def test_a_large_body_is_refused_and_the_answer_arrives(service: StrictService) -> None:
    size = 64 * 1024 * 1024
    with raw(service.port) as connection:
        connection.send(with_headers(b"Content-Length: %d" % size))
        connection.send(bytes(1024 * 1024))
        assert status_of(connection.to_the_end()) == 413


def test_an_answer_that_is_not_read_is_given_up(service: StrictService) -> None:
    with raw(service.port) as connection:
        connection.send(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        first = connection.socket.recv(10)
        service.move(WRITE_S + 1)
        service.settle()
        rest = connection.to_the_end()
    assert len(first + rest) < LARGE


def test_a_client_that_leaves_takes_nothing_with_it(service: StrictService, handled: Handled) -> None:
    with raw(service.port) as connection:
        connection.send(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert handled.has_come.wait(60)
    handled.may_go.set()
    assert status_of(told(service.port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))) == 200


@pytest.mark.parametrize(
    "data", [b"", HEAD, GET, GET.replace(b"HTTP/1.1", b"HTTP/1.0"), with_headers(b"Content-Length: 9")]
)
def test_nothing_is_left_of_a_connection_for_the_garbage_collector(service: StrictService, data: bytes) -> None:
    gc.collect()
    gc.disable()
    try:
        with ExitStack() as stack:
            for _ in range(8):
                stack.enter_context(raw(service.port)).send(data)
            service.settle()
            held = [weakref.ref(one) for one in gc.get_objects() if isinstance(one, StrictProtocol)]
        for _ in range(50):
            service.settle()
        assert len(held) >= 8
        assert [one() for one in held if one() is not None] == []
    finally:
        gc.enable()


def test_so_many_are_served_at_once_and_the_rest_are_told(service: StrictService, handled: Handled) -> None:
    once = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with ExitStack() as stack:
        held = [stack.enter_context(raw(service.port)) for _ in range(MOST_AT_ONCE)]
        for one in held:
            one.send(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        service.settle()
        refused = told(service.port, once)
        assert status_of(refused) == 503
        assert b"retry-after: 1" in refused
        handled.may_go.set()
        assert {status_of(one.answer()) for one in held} == {200}


@pytest.mark.parametrize("body", [b"Content-Length: 1", b"Transfer-Encoding: chunked"])
def test_who_proves_nothing_holds_nothing_by_a_body_that_does_not_come(body: bytes) -> None:
    with strict_service(health.endpoints(), OpenGate(), LockedSource()) as service, ExitStack() as stack:
        held = [stack.enter_context(raw(service.port)) for _ in range(MOST_AT_ONCE)]
        for one in held:
            one.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + body + b"\r\n\r\n")
        assert {status_of(one.answer()) for one in held} == {413}
        assert b'"unavailable"' in told(service.port, HEALTH)


def test_it_ends_when_nobody_asks(handled: Handled) -> None:
    with strict_service(handled.endpoints(), OpenGate(), LockedSource(), idle_s=600) as service:
        service.move(599)
        told(service.port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        service.move(599)
        service.settle()
        service.move(2)
        service.wait()
    assert service.ended_by == "nobody asked for as long as --idle says"


def test_it_ends_when_its_time_is_up(handled: Handled) -> None:
    with strict_service(handled.endpoints(), OpenGate(), LockedSource()) as service:
        service.settle()
    assert service.ended_by == "its time is up"


def test_what_runs_at_the_end_is_answered(handled: Handled) -> None:
    with strict_service(handled.endpoints(), OpenGate(), LockedSource()) as service, raw(service.port) as connection:
        connection.send(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert handled.has_come.wait(60)
        service.let_time_be_up()
        handled.may_go.set()
        assert connection.to_the_end().endswith(b'{"waited":true}')


def test_what_takes_too_long_at_the_end_is_told_so_like_any_other_failure(
    handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in words of the library that serves, nor with a line of the log for each."""
    with strict_service(handled.endpoints(), OpenGate(), LockedSource()) as service, raw(service.port) as connection:
        connection.send(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert handled.has_come.wait(60)
        while not select.select([connection.socket], [], [], 0.05)[0]:
            service.let_time_be_up()  # its own, and then that of who is not done
        answer = connection.to_the_end()
        handled.may_go.set()
    assert status_of(answer) == 503
    assert b"content-type: application/json" in answer
    assert b"retry-after: " in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "ending"
    assert not [one for one in caplog.records if "Exception" in one.message]
