"""A login to PostgreSQL that goes on: statements without parameters, each answer within a time and a size.

Only a server that SCRAM proved, and that knew the password itself, is asked anything.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from nexcred.auth.database_login import Connect
from nexcred.databases import scram
from nexcred.databases.bounded import MOST_BYTES, BoundedSocket, BoundedTLS, bounded
from nexcred.databases.channel_binding import server_end_point
from nexcred.databases.log_in import Resolver, addresses_of
from nexcred.databases.postgresql_messages import (
    AUTHENTICATION,
    DATA,
    DESCRIPTION,
    ERROR,
    PARAMETER,
    READY,
    MessageStream,
    error_of,
    types_of,
    values_of,
)
from nexcred.databases.postgresql_tls import encrypt
from nexcred.databases.refusals import NOT_THE_PROTOCOL, Talk, broke_off, cannot_prove_itself, unreadable
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.guarded_socket import GuardedSocket, connect_guarded, has_word
from nexcred.network.resolve import resolve

_AUTHORITY = "sslrootcert in the URL, or as PGSSLROOTCERT"
_LOGGING_IN, _ANSWERING = Talk(authority=_AUTHORITY), Talk("an answer", _AUTHORITY)
# AuthenticationRequest, protocol 55.7.
_OK, _SASL, _SASL_CONTINUE, _SASL_FINAL = 0, 10, 11, 12
_PASSWORD, _QUERY, _TERMINATE = b"p", b"Q", b"X"
Line = BoundedSocket | BoundedTLS


class StatementRefused(Exception):
    """The server's no, to a login or a statement: its SQLSTATE, and its sentence in its own language."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class PostgresSession:
    """One connection, used by one thread at a time. Whatever it raises but StatementRefused, it is of no more use."""

    def __init__(self, line: Line, guard: GuardedSocket) -> None:
        self._line = line
        self._guard = guard
        self._messages = MessageStream(line)
        self._unread = 0
        self._version = ""

    @property
    def server_version(self) -> int:
        """The major version that the server says it has; 0 where it says none."""
        found = re.match(r"\d{1,4}", self._version)
        return int(found[0]) if found else 0

    def log_in(self, connect: Connect, binding: bytes | None) -> None:
        """Prove that the password is known, and have it proved; raise StatementRefused, TransportFailed and others.

        `binding` is what binds that to the TLS connection, if it can be and nothing else says whose server it is.
        """
        options = {"user": connect.username, "database": connect.database, "client_encoding": "UTF8"}
        self._messages.start({**options, "application_name": "nexcred"})
        proving: scram.ScramClient | None = None
        kind, body = self._received()
        while kind == AUTHENTICATION:
            (code,), said = struct.unpack_from("!i", body), body[4:]
            if code == _OK:
                break
            if code == _SASL:
                proving = self._begin_proof(connect, said, binding)
            elif code == _SASL_CONTINUE and proving is not None:
                self._messages.send(_PASSWORD, proving.answer(said))
            elif code == _SASL_FINAL and proving is not None:
                proving.finish(said)
            else:
                raise TransportFailed.inconclusive("the server asks for the password by another way than SCRAM")
            kind, body = self._received()
        if kind == AUTHENTICATION and proving is None:
            raise TransportFailed.inconclusive("the server lets anybody in: it did not ask for the password")
        if kind != AUTHENTICATION or proving is None or not proving.is_proved:
            raise scram.ServerUnproved
        while kind != READY:
            kind, body = self._received()

    def _received(self) -> tuple[bytes, bytes]:
        """Return a message of the login; raise StatementRefused for an error, after which the server hangs up."""
        kind, body = self._messages.receive()
        if kind == ERROR:
            raise StatementRefused(*error_of(body))
        if kind == PARAMETER:
            self._note(body)
        return kind, body

    def ask(self, statements: str, *, timeout_s: float, most_bytes: int = MOST_BYTES) -> list[list[Any]]:
        """Return the rows of all of these statements, which go in one message; raise StatementRefused, TransportFailed.

        What follows a refused statement is not done.
        """
        deadline = Deadline.after(timeout_s)
        self._guard.renew(deadline)
        self._line.settimeout(timeout_s)
        with _told(deadline, self._guard, _ANSWERING):
            try:
                self._send(statements)
                while self._unread:
                    self._unread -= 1
                    with suppress(StatementRefused):
                        self._read_to_the_end()
                self._line.allow(most_bytes)
                return self._read_to_the_end()
            finally:
                self._guard.rest()

    def tell(self, statement: str) -> None:
        """Send a statement whose answer is read with that of the next one; raise TransportFailed."""
        with _told(Deadline.after(1), self._guard, _ANSWERING):
            self._send(statement)
        self._unread += 1

    def wait(self, longest_s: float) -> None:
        """Hang up after so long, unless the session goes on before."""
        self._guard.renew(Deadline.after(longest_s))

    def goes_on(self) -> bool:
        """Wait no longer; False where the line has ended meanwhile."""
        self._guard.rest()
        return not self._guard.was_cut and not has_word(self._line)

    def close(self) -> None:
        """Say goodbye, and wait for nothing."""
        with suppress(OSError, ValueError):
            self._messages.send(_TERMINATE, b"")
        self._messages.close()
        self._guard.close()

    def let_go(self) -> None:
        """Close it as the garbage collector has to, also while it waits."""
        self._messages.close()
        self._guard.let_go()

    def _begin_proof(self, connect: Connect, offered: bytes, binding: bytes | None) -> scram.ScramClient:
        names = [name.decode("ascii", "replace") for name in offered.split(b"\0") if name]
        is_bound = binding is not None and scram.BOUND in names
        if not is_bound and scram.MECHANISM not in names:
            raise TransportFailed.inconclusive("the server asks for the password by another way than SCRAM-SHA-256")
        proving = scram.ScramClient(
            connect.username,
            connect.password,
            binding=binding if is_bound else None,
            may_bind=binding is not None,
        )
        first, name = proving.first(), scram.BOUND if is_bound else scram.MECHANISM
        self._messages.send(_PASSWORD, name.encode() + b"\0" + struct.pack("!i", len(first)) + first)
        return proving

    def _send(self, statements: str) -> None:
        self._messages.send(_QUERY, statements.encode() + b"\0")

    def _read_to_the_end(self) -> list[list[Any]]:
        """Read until the server is ready for more; raise StatementRefused for the first error."""
        rows: list[list[Any]] = []
        types: list[int] = []
        refused: StatementRefused | None = None
        while True:
            kind, body = self._messages.receive()
            if kind == DATA:
                rows.append(values_of(body, types))
            elif kind == DESCRIPTION:
                types = types_of(body)
            elif kind == ERROR:
                refused = refused or StatementRefused(*error_of(body))
            elif kind == PARAMETER:
                self._note(body)
            elif kind == READY:
                break
            else:
                raise ValueError("an answer to nothing that was asked")
        if refused is not None:
            raise refused
        return rows

    def _note(self, body: bytes) -> None:
        name, _, value = body.partition(b"\0")
        if name == b"server_version":
            self._version = value.rstrip(b"\0").decode(errors="replace")


def open_session(
    connect: Connect, timeout_s: float, environment: Mapping[str, str], resolver: Resolver = resolve
) -> PostgresSession:
    """Log in; raise StatementRefused, and TransportFailed when no answer could be had, or not a trustworthy one."""
    deadline = Deadline.after(timeout_s)
    guard = connect_guarded(addresses_of(connect.host, deadline, resolver), connect.port, deadline)
    line: Line = bounded(guard.socket)
    try:
        with _told(deadline, guard, _LOGGING_IN):
            binding = None
            if connect.uses_tls:
                encrypted = encrypt(line, connect, environment)
                assert isinstance(encrypted, BoundedTLS)
                line = encrypted
                if not connect.verifies:  # or the certificate says whose server it is
                    binding = server_end_point(encrypted.getpeercert(binary_form=True) or b"")
            session = PostgresSession(line, guard)
            try:
                session.log_in(connect, binding)
            except BaseException:
                session.close()
                raise
    except BaseException:
        line.close()
        guard.close()
        raise
    guard.rest()
    return session


@contextmanager
def _told(deadline: Deadline, guard: GuardedSocket, talk: Talk) -> Iterator[None]:
    """Raise TransportFailed for what goes wrong on a line, or is no answer."""
    try:
        yield
    except TransportFailed:
        raise
    except scram.ServerUnproved:
        raise cannot_prove_itself() from None
    except (OSError, EOFError) as error:  # first, since a certificate's failure is a ValueError too
        raise broke_off(error, deadline, was_cut=guard.was_cut, talk=talk) from None
    except NOT_THE_PROTOCOL:
        raise unreadable("PostgreSQL") from None
