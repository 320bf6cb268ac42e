import socket
import threading
from ipaddress import ip_address

import pytest

from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.resolve import resolve


def test_a_name_becomes_its_addresses() -> None:
    assert ip_address("127.0.0.1") in resolve("localhost", Deadline.after(30))


@pytest.mark.parametrize("name", ["nowhere.invalid", "x" * 80 + ".invalid"])
def test_a_name_without_an_address_is_named(name: str) -> None:
    with pytest.raises(TransportFailed, match="no address was found for"):
        resolve(name, Deadline.after(30))


def test_a_name_server_that_hangs_is_left_behind_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    with pytest.raises(TransportFailed, match=r"no complete answer within 0\.05 s"):
        resolve("slow.example", Deadline.after(0.05))
    answered.set()
