"""The service as `nexcred serve` runs it, in a thread of this process and with a clock that a test moves."""

import asyncio
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from nexcred.server.activity import Activity
from nexcred.server.call import VaultSource
from nexcred.server.edge import Edge, Gate
from nexcred.server.endpoint import Endpoint
from nexcred.server.listening.loopback import listen_on_loopback
from nexcred.server.running import Lifetime, run
from tests.support.raw_http import raw

_LONGEST_S = 1_000_000.0
_PATIENCE_S = 60


class MovedLoop(asyncio.SelectorEventLoop):
    """Its time is the machine's, and what a test adds to it."""

    ahead_s = 0.0

    def time(self) -> float:
        return time.monotonic() + self.ahead_s


class StrictService:
    """A service that runs. `ended_by` says what ended it."""

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        gate: Gate,
        vault: VaultSource,
        idle_s: float | None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.loop = MovedLoop()
        self.ended_by = ""
        self._activity = Activity(self.loop.time)
        self._edge = Edge(self._activity.noticed(endpoints), gate, vault)
        self._listening = replace(listen_on_loopback(0), tls=tls)
        self.port = int(self._listening.sockets[0].getsockname()[1])
        self._life = Lifetime(_LONGEST_S, idle_s, self.loop.time)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(_PATIENCE_S)

    def settle(self) -> None:
        """Return when the service has read all that was sent to it before this."""
        with raw(self.port) as connection:
            connection.send(b"GET /settled HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.answer()

    def move(self, seconds: float) -> None:
        """Let time go by, once the service has read what was sent."""
        self.settle()
        self.let_pass(seconds)

    def let_time_be_up(self) -> None:
        """End it, and do not wait for that."""
        with suppress(RuntimeError):  # it has ended by itself
            self.let_pass(_LONGEST_S)

    def wait(self) -> None:
        """Return when it has ended."""
        self._thread.join(_PATIENCE_S)
        assert not self._thread.is_alive()

    def let_pass(self, seconds: float) -> None:
        """Let time go by at once."""
        self.loop.ahead_s += seconds
        self.loop.call_soon_threadsafe(_nothing)

    def _run(self) -> None:
        say_ready = self._ready.set
        life, activity = self._life, self._activity
        self.ended_by = run(self._edge, self._listening, life, activity, say_ready, make_loop=lambda: self.loop)


@contextmanager
def strict_service(
    endpoints: Iterable[Endpoint],
    gate: Gate,
    vault: VaultSource,
    *,
    idle_s: float | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[StrictService]:
    """Run one while inside; what a test says to one with TLS it says by a connection of its own."""
    service = StrictService(endpoints, gate, vault, idle_s, tls)
    try:
        yield service
    finally:
        service.let_time_be_up()
        service.wait()


def _nothing() -> None:
    pass
