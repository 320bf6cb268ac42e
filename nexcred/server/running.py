"""A service from its first connection to its last: what ends it, and how it ends."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from nexcred.model.named_tuple import NamedTuple
from nexcred.server.activity import Activity
from nexcred.server.limits import GRACE_S, HEAD_S, IDLE_S
from nexcred.server.listening.accepting import AcceptingListener
from nexcred.server.listening.handshakes import Handshakes
from nexcred.server.listening.place import Listening
from nexcred.server.protocol import StrictProtocol

_BACKLOG = 1024
_TICK_S = 1.0
_TERM, _INTERRUPT = "it was told to", "Ctrl-C"


class Lifetime(NamedTuple):
    """How long it may live, and how long without a request, in seconds of `clock`; None without end."""

    longest_s: float | None
    idle_s: float | None
    clock: Callable[[], float]


def run(
    app: ASGIApp,
    listening: Listening,
    life: Lifetime,
    activity: Activity,
    on_ready: Callable[[], None],
    *,
    make_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
) -> str:
    """Serve until something ends it; return what that was. Requests that run by then are finished first."""
    server = _HttpService(_config(app, listening), life, activity, on_ready)
    try:
        with asyncio.Runner(loop_factory=make_loop) as runner:
            runner.run(server.serve(list(listening.sockets)))
    finally:
        listening.leave()
    return server.ended_by


def _config(app: ASGIApp, listening: Listening) -> uvicorn.Config:
    tls = listening.tls
    return uvicorn.Config(
        app,
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        workers=1,
        timeout_keep_alive=int(IDLE_S),
        timeout_graceful_shutdown=int(GRACE_S),
        ssl_context_factory=None if tls is None else lambda _config, _default: tls,
    )


class _HttpService(uvicorn.Server):
    """Uvicorn's, which ends by more than signals, and does not raise them again: the command ends as any other."""

    def __init__(
        self, config: uvicorn.Config, life: Lifetime, activity: Activity, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self.ended_by = ""
        self._life = life
        self._activity = activity
        self._on_ready = on_ready
        self._told = asyncio.Event()
        self._handshakes = Handshakes()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.servers = [await self._accept(one) for one in sockets or ()]
        self.started = True
        self._on_ready()

    async def _accept(self, one: socket.socket) -> asyncio.Server:
        loop, tls = asyncio.get_running_loop(), self.config.ssl
        listening = AcceptingListener(one, None if tls is None else self._handshakes)
        limit = None if tls is None else HEAD_S
        make = partial(StrictProtocol, self._handshakes, self.config, self.server_state, {})
        return await loop.create_server(make, sock=listening, backlog=_BACKLOG, ssl=tls, ssl_handshake_timeout=limit)

    async def main_loop(self) -> None:
        began = self._life.clock()
        while not await self.on_tick(0):  # which renews the header `Date`
            self._look_at_clock(began)
            try:
                await asyncio.wait_for(self._told.wait(), _TICK_S)
            except TimeoutError:
                continue

    def _look_at_clock(self, began: float) -> None:
        now, life = self._life.clock(), self._life
        if life.longest_s is not None and now - began >= life.longest_s:
            self._end("its time is up")
        elif life.idle_s is not None and not self.server_state.tasks and now - self._activity.last >= life.idle_s:
            self._end("nobody asked for as long as --idle says")

    def _end(self, why: str) -> None:
        self.force_exit = self.should_exit and why == _INTERRUPT
        self.ended_by = self.ended_by or why
        self.should_exit = True
        self._handshakes.end_all()
        self._told.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Where the shell lets Ctrl-C go by, as it does for what runs in the background, so does this."""
        if threading.current_thread() is threading.main_thread():  # as uvicorn asks: others have no signals
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, self._end, _TERM)
            if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
                loop.add_signal_handler(signal.SIGINT, self._end, _INTERRUPT)
        yield
