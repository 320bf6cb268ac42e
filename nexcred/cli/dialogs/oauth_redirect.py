"""Waiting for the browser's redirect: the listener's, or the address that a person pastes, whichever comes first."""

import os
import select
import time

from nexcred.auth.authorization import Answer, Authorization
from nexcred.cli.terminal.streams import Streams
from nexcred.errors import NotProved
from nexcred.http.loopback import Loopback
from nexcred.services.grants.browser_answer import PATIENCE_S, pasted

_PROMPT = "  Or paste here the address of the page that you end on: "
_STDIN = 0


def receive(
    streams: Streams,
    authorization: Authorization,
    loopback: Loopback | None,
    *,
    may_paste: bool,
    patience_s: float = PATIENCE_S,
) -> Answer:
    """Return the answer that belongs to this authorization; raise NotProved when none came in time, EOFError."""
    if may_paste:
        streams.prompt(_PROMPT)
    try:
        return _awaited(streams, authorization, loopback, may_paste=may_paste, patience_s=patience_s)
    except (NotProved, EOFError, KeyboardInterrupt):
        # What is said next begins a line of its own.
        if may_paste:
            streams.plain_error_line("")
        raise


def _awaited(
    streams: Streams, authorization: Authorization, loopback: Loopback | None, *, may_paste: bool, patience_s: float
) -> Answer:
    ends_at, typed = time.monotonic() + patience_s, _Typed()
    while (left_s := ends_at - time.monotonic()) > 0:
        ready = _wait(loopback, left_s, may_paste=may_paste)
        if loopback is not None and loopback in ready and loopback.answer is not None:
            if may_paste:
                streams.plain_error_line("")
            return loopback.answer
        for line in typed.lines() if _STDIN in ready else ():
            answer = pasted(line)
            if answer is not None and authorization.is_answered_by(answer):
                return answer
            streams.plain_error_line(f"  That is not the answer, which begins with {authorization.redirect_uri}?")
            streams.prompt(_PROMPT)
    raise NotProved(f"not logged in: nobody approved it within {patience_s / 60:g} minutes")


class _Typed:
    """Reads standard input past Python's buffer: a line that waits in there would wake nobody."""

    def __init__(self) -> None:
        self._rest = b""

    def lines(self) -> list[str]:
        """Return the whole lines that are there; raise EOFError at the end of input."""
        read = os.read(_STDIN, 65536)
        if not read:
            raise EOFError
        *whole, self._rest = (self._rest + read).split(b"\n")
        return [line.decode(errors="replace") for line in whole]


def _wait(loopback: Loopback | None, left_s: float, *, may_paste: bool) -> "list[Loopback | int]":
    waited_for: list[Loopback | int] = [] if loopback is None else [loopback]
    if may_paste:
        waited_for.append(_STDIN)
    return select.select(waited_for, [], [], left_s)[0]
