"""Connecting to one of several addresses, some of them dead."""

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path

import pytest

from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.dial import connect, in_turn
from nexcred.network.failures import TransportFailed

# What no test lives to see: whatever waits for it hangs.
NEVER_S = 1e6
REFUSING, LISTENING, SILENT, SILENT_TOO = (ip_address(f"127.0.0.{last}") for last in (1, 2, 3, 4))
needs_loopback_net = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")


@pytest.fixture
def port() -> Iterator[int]:
    """A port that answers on one address, and neither answers nor refuses on two: their queue of callers is full."""
    with ExitStack() as opened:
        listening = opened.enter_context(socket.create_server((str(LISTENING), 0)))
        number = int(listening.getsockname()[1])
        for address in (SILENT, SILENT_TOO):
            opened.enter_context(socket.create_server((str(address), number), backlog=0))
            for _ in range(2):
                caller = opened.enter_context(socket.socket())
                caller.setblocking(False)
                caller.connect_ex((str(address), number))
        yield number


def reached(addresses: Sequence[Address], port: int, pause_s: float) -> str:
    with connect(addresses, port, Deadline.after(NEVER_S), pause_s=pause_s) as connected:
        return str(connected.getpeername()[0])


@pytest.mark.parametrize(
    ("found", "tried"),
    [
        (["::1", "::2", "::3", "10.0.0.1", "10.0.0.2"], ["::1", "10.0.0.1", "::2", "10.0.0.2", "::3"]),
        (["10.0.0.1", "10.0.0.2", "::1"], ["10.0.0.1", "::1", "10.0.0.2"]),
        (["::1", "::2"], ["::1", "::2"]),
        (["10.0.0.1"], ["10.0.0.1"]),
        ([], []),
    ],
)
def test_families_are_tried_by_turns_the_first_one_first(found: list[str], tried: list[str]) -> None:
    assert in_turn(map(ip_address, found)) == [ip_address(address) for address in tried]


@needs_loopback_net
def test_silent_addresses_hold_nobody_up(port: int) -> None:
    """python/cpython#105249: each took its share of all the time there was."""
    assert reached([SILENT, SILENT_TOO, LISTENING], port, pause_s=0.001) == str(LISTENING)


@needs_loopback_net
def test_a_refusal_is_followed_at_once(port: int) -> None:
    assert reached([REFUSING, REFUSING, LISTENING], port, pause_s=NEVER_S) == str(LISTENING)


@needs_loopback_net
def test_an_address_that_answers_is_the_only_one_that_is_tried(port: int) -> None:
    before = _connections_to(SILENT, port)
    assert reached([LISTENING, SILENT], port, pause_s=NEVER_S) == str(LISTENING)
    assert _connections_to(SILENT, port) == before


@needs_loopback_net
def test_what_was_tried_beside_it_is_closed(port: int) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert reached([SILENT, SILENT_TOO, REFUSING, LISTENING], port, pause_s=0.001) == str(LISTENING)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@needs_loopback_net
def test_nobody_there_is_told_by_the_last_reason(port: int) -> None:
    with pytest.raises(TransportFailed, match="the connection was refused"):
        connect([REFUSING, REFUSING], port, Deadline.after(NEVER_S), pause_s=NEVER_S)
    with pytest.raises(TransportFailed, match=r"no complete answer within 0\.05 s"):
        connect([SILENT, SILENT_TOO], port, Deadline.after(0.05), pause_s=0.001)


def test_no_address_at_all_is_a_failure() -> None:
    with pytest.raises(TransportFailed, match="cannot be reached"):
        connect([], 1, Deadline.after(NEVER_S))


def _connections_to(address: Address, port: int) -> int:
    """Count what the kernel has of connections to it, made or being made (proc(5), /proc/net/tcp)."""
    packed = f"{int.from_bytes(address.packed, sys.byteorder):08X}:{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(line.split()[2] == packed for line in lines)
