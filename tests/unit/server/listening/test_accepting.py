"""Connections are accepted a few at a time, whatever is waiting."""

import socket
from contextlib import ExitStack

from nexcred.server.listening.accepting import MOST_AT_A_TIME, AcceptingListener

_MORE = 6


def _accepted(listening: AcceptingListener, stack: ExitStack) -> int:
    """Accept as an event loop does, until there is nothing more at once, and return how many those were."""
    count = 0
    try:
        while True:
            stack.enter_context(listening.accept()[0])
            count += 1
    except BlockingIOError:
        return count


def test_the_rest_waits_for_the_next_turn() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=2 * MOST_AT_A_TIME) as first, ExitStack() as stack:
        where = first.getsockname()
        listening = stack.enter_context(AcceptingListener(first, None))
        for _ in range(MOST_AT_A_TIME + _MORE):
            stack.enter_context(socket.create_connection(where, timeout=60))
        assert [_accepted(listening, stack) for _ in range(3)] == [MOST_AT_A_TIME, _MORE, 0]
        assert listening.getsockname() == where
