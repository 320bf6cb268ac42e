"""The way of a program's output: from where it writes, which is not where its output was to go, to there."""

import fcntl
import os
import stat
import termios
from contextlib import suppress

from nexcred.child.descriptors import is_handed_over
from nexcred.child.masking.mask import Mask

_STREAMS = (1, 2)
# So much at a time, where the system allows it: less often does one wait for the other.
PIPE_BYTES = 1 << 18


class Route:
    """One for each place that the standard streams lead to: what goes to one file keeps its order.

    Where that is a terminal, the program writes to a terminal.
    """

    def __init__(self, streams: tuple[int, ...], mask: Mask) -> None:
        self.streams = streams
        self.sink = streams[0]
        self.mask = mask
        self._is_terminal = os.isatty(self.sink)
        self.source, self._end = self._open_terminal() if self._is_terminal else _open_pipe()

    def enter(self) -> None:
        """Write there from now on: in the program before it begins."""
        for stream in self.streams:
            os.dup2(self._end, stream)

    def close_entrance(self) -> None:
        """Have nobody but the program write there."""
        os.close(self._end)

    def resize(self) -> None:
        """Be as large as the terminal is."""
        if self._is_terminal:
            fcntl.ioctl(self.source, termios.TIOCSWINSZ, fcntl.ioctl(self.sink, termios.TIOCGWINSZ, bytes(8)))

    def waits_for_end(self) -> bool:
        """True where a reader may wait until nobody writes any more: not of a terminal or a file."""
        return not (self._is_terminal or stat.S_ISREG(os.fstat(self.sink).st_mode))

    def _open_terminal(self) -> tuple[int, int]:
        """Open one that is set as the real one is, which turns line ends into what it needs: once is enough."""
        try:
            master, slave = os.openpty()
        except OSError:  # there are no more
            self._is_terminal = False
            return _open_pipe()
        attributes = termios.tcgetattr(self.sink)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
        self.source = master
        self.resize()
        return master, slave


def _open_pipe() -> tuple[int, int]:
    source, end = os.pipe()
    with suppress(OSError, AttributeError):
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return source, end


def routes(secrets: tuple[bytes, ...]) -> list[Route]:
    """Return the ways of those standard streams that are open, each with a mask of its own."""
    given = [stream for stream in _STREAMS if is_handed_over(stream)]
    if len(given) > 1 and os.path.sameopenfile(*given):
        return [Route(tuple(given), Mask(secrets))]
    return [Route((stream,), Mask(secrets)) for stream in given]
