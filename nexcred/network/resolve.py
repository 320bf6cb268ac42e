"""Names to addresses, once, within the deadline."""

import socket
import threading
from ipaddress import ip_address

from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed, too_late


def resolve(name: str, deadline: Deadline) -> tuple[Address, ...]:
    """Return every address of the name; raise TransportFailed when there is none or no answer comes in time."""
    import queue  # an address needs none

    answer: queue.SimpleQueue[tuple[Address, ...] | None] = queue.SimpleQueue()
    # getaddrinfo takes no timeout and cannot be interrupted: leave it behind in a thread that dies with the process.
    threading.Thread(target=lambda: answer.put(_look_up(name)), daemon=True).start()
    try:
        addresses = answer.get(timeout=deadline.remaining_s())
    except queue.Empty:
        raise too_late(deadline) from None
    if not addresses:
        raise TransportFailed.unreachable(f"no address was found for {name}")
    return addresses


def _look_up(name: str) -> tuple[Address, ...] | None:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return tuple(dict.fromkeys(ip_address(entry[4][0]) for entry in found))
