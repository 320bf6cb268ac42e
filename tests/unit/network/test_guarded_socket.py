"""Sockets that go dead at a deadline, and are let be in between."""

import socket
import threading

import pytest

from nexcred.network import guarded_socket
from nexcred.network.deadline import Deadline
from nexcred.network.guarded_socket import GuardedSocket


def _pair(deadline: Deadline) -> tuple[GuardedSocket, socket.socket]:
    near, far = socket.socketpair()
    return GuardedSocket(near, deadline), far


def test_a_connection_that_was_renewed_ends_at_the_new_deadline() -> None:
    guarded, far = _pair(Deadline.after(60))
    with far:
        guarded.rest()
        guarded.renew(Deadline.after(0.01))
        assert guarded.socket.recv(1) == b""
        assert guarded.was_cut
        guarded.close()


def test_one_at_rest_has_no_deadline() -> None:
    guarded, far = _pair(Deadline.after(0.01))
    other, far_too = _pair(Deadline.after(0.02))
    with far, far_too:
        guarded.rest()
        assert other.socket.recv(1) == b""  # whose deadline was later
        far.sendall(b"x")
        assert guarded.socket.recv(1) == b"x"
        guarded.close()
        other.close()


@pytest.mark.parametrize("times", [1, 2])
def test_closing_one_at_rest_waits_for_nobody(times: int) -> None:
    """The garbage collector may do it in the thread of the watch, while it starts and another one waits for that."""
    guarded, far = _pair(Deadline.after(60))
    guarded.rest()
    closing = threading.Thread(target=_close, args=(guarded, times), daemon=True)
    with far, guarded_socket._WATCH._condition:
        closing.start()
        closing.join(20)
        assert not closing.is_alive()


def _close(guarded: GuardedSocket, times: int) -> None:
    for _ in range(times):
        guarded.close()
