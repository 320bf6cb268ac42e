"""With TLS the service says goodbye, and waits for nobody's."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import trustme

from nexcred.server import protocol
from nexcred.server.limits import IDLE_S, LINGER_S
from tests.support.raw_http import RawConnection, raw, status_of
from tests.support.serving import OpenGate
from tests.support.strict_service import StrictService, strict_service
from tests.support.waiting import wait_until
from tests.unit.server.handled import GET, Handled, LockedSource

_MOST = 5
Connect = Callable[[], RawConnection]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def spoken(authority: trustme.CA, handled: Handled, monkeypatch: pytest.MonkeyPatch) -> Iterator[StrictService]:
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", _MOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with strict_service(handled.endpoints(), OpenGate(), LockedSource(), tls=context) as running:
        yield running
        handled.may_go.set()


@pytest.fixture
def connect(authority: trustme.CA, spoken: StrictService) -> Iterator[Connect]:
    """Make connections that last as long as the test, and of which none says goodbye."""
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with ExitStack() as stack:

        def connected() -> RawConnection:
            below = stack.enter_context(raw(spoken.port)).socket
            return RawConnection(stack.enter_context(trusting.wrap_socket(below, server_hostname="localhost")))

        yield connected


def asked(connection: RawConnection) -> int:
    connection.send(GET)
    return status_of(connection.answer())


def takes_no_more(service: StrictService) -> bool:
    try:
        with raw(service.port):
            return False
    except ConnectionRefusedError:
        return True


def test_who_is_told_goodbye_and_says_none_keeps_nobody_out(spoken: StrictService, connect: Connect) -> None:
    held = [connect() for _ in range(_MOST)]
    assert [asked(one) for one in held] == [200] * _MOST
    spoken.let_pass(IDLE_S + 1)
    assert [one.to_the_end() for one in held] == [b""] * _MOST
    assert asked(connect()) == 200


def test_the_end_waits_for_no_goodbye_after_the_last_answer(
    spoken: StrictService, connect: Connect, handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    connection = connect()
    connection.send(GET.replace(b"/echo", b"/slow"))
    assert handled.has_come.wait(60)
    spoken.let_time_be_up()
    wait_until(lambda: takes_no_more(spoken))
    handled.may_go.set()
    assert status_of(connection.answer()) == 200
    assert connection.to_the_end() == b""
    spoken.let_pass(LINGER_S + 1)
    spoken.wait()
    assert caplog.messages == []
