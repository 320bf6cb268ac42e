"""A connection whose end does not destroy what was said last."""

import asyncio
from collections.abc import Callable
from typing import Any

from nexcred.server.limits import LINGER_S


class LingeringTransport(asyncio.Transport):
    """Closes as RFC 9112, 9.6 asks: where the client may still be sending, the connection is ended for writing, and
    read for a moment more. Else the system would answer what arrives with a reset, by which the client may lose the
    answer. Whoever owns it throws away what is received once `is_closing`."""

    def __init__(
        self, inner: asyncio.Transport, loop: asyncio.AbstractEventLoop, is_client_sending: Callable[[], bool]
    ) -> None:
        super().__init__()
        self._is_client_sending = is_client_sending
        self._inner = inner
        self._loop = loop
        self._lingers: asyncio.TimerHandle | None = None
        self._is_aborted = False

    def linger(self) -> None:
        """Close when the client has seen the answer, or after a while."""
        if self.is_closing() or not self._inner.can_write_eof():  # TLS says goodbye by itself
            self._inner.close()
            return
        self._inner.write_eof()
        self._inner.resume_reading()
        self._lingers = self._loop.call_later(LINGER_S, self._inner.abort)

    def end(self) -> None:
        """Forget the deadline: the connection is gone."""
        if self._lingers is not None:
            self._lingers.cancel()

    def close(self) -> None:
        if self._is_client_sending():
            self.linger()
        elif self._lingers is None:
            self._inner.close()

    def abort(self) -> None:
        self._is_aborted = True
        self._inner.abort()

    def is_closing(self) -> bool:
        return self._lingers is not None or self._inner.is_closing()

    @property
    def is_lingering(self) -> bool:
        """True while it is read for that moment more, or where all is said and TLS waits for the client's goodbye."""
        if self._is_aborted or not self.is_closing():
            return False
        if self._inner.can_write_eof():
            return not self._inner.is_closing()
        return not self._inner.get_write_buffer_size()

    def write(self, data: Any) -> None:
        if not self.is_closing():
            self._inner.write(data)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._inner.get_extra_info(name, default)

    def pause_reading(self) -> None:
        if not self.is_closing():
            self._inner.pause_reading()

    def resume_reading(self) -> None:
        if not self.is_closing():
            self._inner.resume_reading()
