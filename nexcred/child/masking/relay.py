"""Copying what a program writes to where it was to go, with dots for secrets."""

import array
import errno
import os
import select
import signal
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from fcntl import ioctl

from nexcred.child.descriptors import lead_nowhere
from nexcred.child.masking.route import PIPE_BYTES, Route

_STDOUT = 1
# Long enough for a program to go on with a line, and too short to be waited for.
_PAUSE_MS = 100
_READABLE = select.POLLIN | select.POLLHUP | select.POLLERR
_BROKEN = select.POLLERR | select.POLLHUP | select.POLLNVAL


class Relay:
    """Copies beside what waits for the program, until nobody writes any more or the program has ended.

    Each route has a thread of its own: where nobody reads the one, the other goes on, as without this.
    """

    def __init__(self, routes: list[Route]) -> None:
        self._open = {route.source: route for route in routes}
        self._routes = routes
        self._ended, self._end = os.pipe()
        # The first write that failed; a reader that has gone is none, but the program is to feel that.
        self.failure: OSError | None = None
        self.lost_its_reader = False
        self._fault: Exception | None = None
        self._threads = self._threads_for(self._copy)

    def enter(self) -> None:
        """Have the program write where this reads: called in it before it begins."""
        for route in self._routes:
            route.enter()

    def start(self) -> None:
        for route in self._routes:
            route.close_entrance()
        for thread in self._threads:
            thread.start()

    def resize(self) -> None:
        for route in self._routes:
            with suppress(OSError):
                route.resize()

    def finish(self) -> None:
        """Copy what the program had written when it ended; others that it has left running are not waited for."""
        os.write(self._end, b"\0")
        for thread in self._threads:
            thread.join()
        if self._fault is not None:
            raise self._fault
        if self._open:
            self._leave_behind()

    def _threads_for(self, target: Callable[[Route], None]) -> list[threading.Thread]:
        return [threading.Thread(target=target, args=(route,), daemon=True) for route in self._open.values()]

    def _copy(self, route: Route) -> None:
        # Who writes to a terminal from the background is stopped, where the terminal is set so.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTTOU})
        try:
            while route.source in self._open and not self._copy_what_comes(route):
                pass
            self._drain(route)
        except Exception as fault:  # noqa: BLE001  told by who waits for this, not here
            self._fault = fault
            self._close(route)  # the program is not to wait for what is not read any more

    def _copy_what_comes(self, route: Route) -> bool:
        """Return True when the program has ended."""
        poll = select.poll()
        poll.register(self._ended, select.POLLIN)
        poll.register(route.source, select.POLLIN)
        poll.register(route.sink, 0)
        events = dict(poll.poll(_PAUSE_MS if route.mask.keeps_back else None))
        if events.get(route.sink, 0) & _BROKEN:
            # Nobody reads: the next write is to fail, as the last one would have.
            self.lost_its_reader |= route.mask.keeps_back or _waiting(route.source) > 0
            self._close(route)
        elif events.get(route.source, 0) & _READABLE:
            self._pass_on(route, PIPE_BYTES)
        elif not events:
            self._write(route, route.mask.pause())
        return self._ended in events

    def _drain(self, route: Route) -> None:
        """Copy what is there when the program has ended, and the end where nobody else writes."""
        if route.source not in self._open:
            return
        waiting = _waiting(route.source)
        while route.source in self._open and waiting > 0:
            waiting -= self._pass_on(route, min(waiting, PIPE_BYTES))
        poll = select.poll()
        poll.register(route.source, select.POLLIN)
        if route.source in self._open and any(event & select.POLLHUP for _, event in poll.poll(0)):
            self._pass_on(route, PIPE_BYTES)

    def _pass_on(self, route: Route, most: int) -> int:
        try:
            data = os.read(route.source, most)
        except OSError as error:
            if error.errno != errno.EIO:  # a terminal's way to say that it has ended
                raise
            data = b""
        if data:
            self._write(route, route.mask.feed(data))
        else:
            self._write(route, route.mask.end())
            self._close(route)
        return len(data)

    def _write(self, route: Route, data: bytes) -> None:
        try:
            _write_all(route.sink, data)
        except BrokenPipeError:
            self.lost_its_reader = True
            self._close(route)
        except OSError as error:
            self.failure = self.failure or error
            self._close(route)

    def _close(self, route: Route) -> None:
        """Let go of both ends: who writes there is to feel it, and who reads to see the end.

        Standard error is kept: what goes wrong here is told there.
        """
        if self._open.pop(route.source, None) is not None:
            os.close(route.source)
            if route.sink == _STDOUT:
                lead_nowhere(_STDOUT)

    def _leave_behind(self) -> None:
        """Go on as a process of its own for those that still write, which would die of a pipe without a reader.

        A reader that waits for the end of its input is not kept waiting by that: for it, this is the end.
        """
        for route in self._open.values():
            if route.waits_for_end():
                self._write(route, route.mask.end())
        if not self._open or os.fork():
            return
        try:
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            closed = [stream for route in self._routes if route not in self._open.values() for stream in route.streams]
            kept_waiting = [each for route in self._open.values() if route.waits_for_end() for each in route.streams]
            lead_nowhere(0, *closed, *kept_waiting)
            threads = self._threads_for(self._copy_the_rest)
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            os._exit(0)

    def _copy_the_rest(self, route: Route) -> None:
        while route.source in self._open:
            self._copy_what_comes(route)


def _waiting(source: int) -> int:
    """Return how many bytes were written there and not read yet."""
    found = array.array("i", [0])
    ioctl(source, termios.FIONREAD, found)
    return found[0]


def _write_all(sink: int, data: bytes) -> None:
    """Write to the last byte, also where whoever made the sink has it refuse rather than wait."""
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(sink, left) :]
        except BlockingIOError:
            poll = select.poll()
            poll.register(sink, select.POLLOUT)
            poll.poll()
