"""HTTP/1.1 on one connection: strict about heads, and within deadlines that a client cannot put off."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from nexcred.server.call import Reply
from nexcred.server.failures import refusal
from nexcred.server.limits import HEAD_BYTES, HEAD_S, LINGER_S, MOST_CONNECTIONS, WRITE_S
from nexcred.server.lingering import LingeringTransport
from nexcred.server.listening.handshakes import Handshakes
from nexcred.server.strict_head import HeadRefused, check_head
from nexcred.server.timer import Timer

# Of the client, where it may still be sending what nobody will read.
_DONE = (h11.MUST_CLOSE, h11.CLOSED)
_SENDING = (h11.SEND_BODY, h11.ERROR)


class StrictConnection(h11.Connection):
    """Refuses what h11 would mend: folded headers, lengths that are repeated, lines that end in LF alone."""

    refused: HeadRefused | None = None

    def next_event(self) -> Any:
        if self.their_state is h11.IDLE:
            self._try(check_head, self.trailing_data[0])
            return super().next_event()
        before = self.trailing_data[0]
        event = super().next_event()
        if isinstance(event, h11.EndOfMessage):
            read = before[: len(before) - len(self.trailing_data[0])]
            self._try(_check_end, read, event)
        return event

    def _try(self, check: Any, *given: Any) -> None:
        try:
            check(*given)
        except HeadRefused as refused:
            self.refused = refused.with_traceback(None)  # which has this connection in its frames
            raise h11.RemoteProtocolError(refused.message, refused.status) from None


class StrictProtocol(H11Protocol):
    """One connection, which has waited for a request since a time of its loop.

    Its timers: for a head; for what a refused client still sends, or for its goodbye when the service ends; for reading
    the answer.
    """

    conn: StrictConnection
    transport: LingeringTransport
    waits_since: float

    def __init__(self, handshakes: Handshakes, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._handshakes = handshakes
        self.conn = StrictConnection(h11.SERVER, HEAD_BYTES)
        self._head = Timer(self.loop, HEAD_S)
        self._rest = Timer(self.loop, LINGER_S)
        self._write = Timer(self.loop, WRITE_S)
        self._service_ends = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._handshakes.end(transport.get_extra_info("socket").fileno())
        super().connection_made(LingeringTransport(transport, self.loop, partial(_is_sending, self.conn)))
        # Nothing may wait unseen in a buffer of this process; asyncio's TLS calls a buffer of 0 bytes full.
        transport.set_write_buffer_limits(high=0 if transport.can_write_eof() else 1)
        self.waits_since = self.loop.time()
        if len(self.connections) > MOST_CONNECTIONS and not self._make_room():
            self.transport.abort()
            return
        self._head.start(self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let nothing here refer to itself any more: else it stays until the garbage collector looks at everything."""
        self.transport.end()
        self._unset_keepalive_if_required()
        for timer in (self._head, self._rest, self._write):
            timer.stop()
        super().connection_lost(exc)
        self.cycle = None  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Take no more of who said that nothing would follow: what is asked is answered all the same."""
        if not self.transport.is_closing() and self.conn.their_state not in _DONE:
            super().data_received(data)

    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.waits_since = self.loop.time()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write.start(self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._write.stop()
        self._watch()

    def shutdown(self) -> None:
        """Let the request that runs finish; what has none ends at once. Nobody is waited for to say goodbye."""
        self._service_ends = True
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False
        self._watch()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse what was received, and end the connection: nobody knows where another request would begin."""
        refused = self.conn.refused or HeadRefused(400, "this is no HTTP request")
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._refuse(refusal(refused.status, "bad_request", refused.message))

    def _too_slow(self) -> None:
        """End a connection whose next request does not come; who began one is told."""
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._refuse(refusal(408, "too_slow", "the head of the request took too long"))
        else:
            self.transport.close()

    def _refuse(self, reply: Reply) -> None:
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [(name.encode(), value.encode()) for name, value in reply.headers.items()]
            headers += [(b"content-length", str(len(reply.body)).encode()), (b"connection", b"close")]
            reason = HTTPStatus(reply.status).phrase.encode()
            head = h11.Response(status_code=reply.status, headers=headers, reason=reason)
            for event in (head, h11.Data(data=reply.body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event))
        self.transport.linger()

    @property
    def is_waiting(self) -> bool:
        """True where there is no request, no more of one than the begin of its head, or one that was answered.

        So it is where only the client's goodbye is missing, which TLS waits for.
        """
        if self.transport.is_closing():
            return self.transport.is_lingering
        is_answered = self.cycle is not None and self.cycle.response_complete
        return self.conn.their_state is h11.IDLE or is_answered

    def _make_room(self) -> bool:
        """End the connection that has waited longest; False where on all of them something is asked."""
        others = (one for one in self.connections if isinstance(one, StrictProtocol) and one is not self)
        longest = min((one for one in others if one.is_waiting), key=_since, default=None)
        if longest is None:
            return False
        longest.transport.abort()
        return True

    def _watch(self) -> None:
        """Set the timers that this state wants, and stop the others."""
        state, is_open = self.conn.their_state, not self.transport.is_closing()
        is_answered = self.cycle is not None and self.cycle.response_complete
        has_begun = self.cycle is None or bool(self.conn.trailing_data[0])
        self._head.run_while(is_open and state is h11.IDLE and has_begun, self._too_slow)
        may_say_more = is_open and state is h11.SEND_BODY and is_answered
        is_told = self._service_ends and not is_open and not self.flow.write_paused
        self._rest.run_while(may_say_more or is_told, self._abort)

    def _abort(self) -> None:
        self.transport.abort()

    def _should_upgrade(self) -> bool:
        return False


def _is_sending(connection: StrictConnection) -> bool:
    return connection.their_state in _SENDING


def _since(connection: StrictProtocol) -> float:
    return connection.waits_since


def _check_end(read: bytes, event: h11.EndOfMessage) -> None:
    """Raise HeadRefused where a chunked body ends in fields, or in a line end that is only half of one.

    What was read of it last may begin in the middle of the line end before: that one h11 has seen to.
    """
    if event.headers or (read and not read.endswith(b"\r\n")):
        raise HeadRefused(400, "a chunked body must end in an empty line, without fields")
