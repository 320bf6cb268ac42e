"""A login to PostgreSQL that goes on: statements without parameters, each answer within a time and a size.

Only a server that SCRAM proved, and that knew the password itself, is asked anything.
"""

import contextlib
import re
import socket
from collections.abc import Mapping
from typing import Any

from pg8000.core import Context
from pg8000.exceptions import DatabaseError, InterfaceError
from scramp import ScramException

from nexcred.auth.database import Connect
from nexcred.databases.bounded import MOST_BYTES, BoundedSocket, BoundedTLS, bounded
from nexcred.databases.log_in import Resolver, addresses_of
from nexcred.databases.postgresql import AUTHENTICATED, SCRAM, PostgresConnection, authentication_of, encrypt
from nexcred.databases.postgresql import error_fields as _fields
from nexcred.databases.refusals import NOT_THE_PROTOCOL, Talk, broke_off, cannot_prove_itself, unreadable
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.guarded_socket import GuardedSocket, connect_guarded
from nexcred.network.resolve import resolve

_TITLE = "PostgreSQL"
_LOGGING_IN = Talk(authority="sslrootcert in the URL, or as PGSSLROOTCERT")
_ANSWERING = Talk("an answer", _LOGGING_IN.authority)


class StatementRefused(Exception):
    """The server's no, to a login or a statement: its SQLSTATE, and its sentence in its own language."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class PostgresSession:
    """One connection, used by one thread at a time. Whatever it raises but StatementRefused, it is of no more use."""

    def __init__(self, connection: "_ScramConnection", line: GuardedSocket, taken: BoundedSocket | BoundedTLS) -> None:
        self._connection = connection
        self._line = line
        self._socket = taken
        self._unread = 0
        line.rest()

    @property
    def server_version(self) -> int:
        """The major version that the server says it has; 0 where it says none."""
        found = re.match(r"\d{1,4}", self._connection.parameter_statuses.get("server_version", ""))
        return int(found[0]) if found else 0

    def ask(self, statements: str, *, timeout_s: float, most_bytes: int = MOST_BYTES) -> list[list[Any]]:
        """Return the rows of all of these statements, which go in one message; raise StatementRefused, TransportFailed.

        What follows a refused statement is not done.
        """
        deadline = Deadline.after(timeout_s)
        self._line.renew(deadline)
        self._socket.settimeout(timeout_s)
        try:
            self._read_up()
            self._socket.allow(most_bytes)
            return self._connection.execute_simple(statements).rows or []
        except DatabaseError as refusal:
            raise StatementRefused(*_fields(refusal)) from None
        except TransportFailed:
            raise
        except (OSError, InterfaceError) as error:
            raise broke_off(error, deadline, was_cut=self._line.was_cut, talk=_ANSWERING) from None
        except NOT_THE_PROTOCOL:
            raise unreadable(_TITLE) from None
        finally:
            self._line.rest()

    def tell(self, statement: str) -> None:
        """Send a statement whose answer is read before that of the next one; raise TransportFailed."""
        try:
            self._connection.send_QUERY(statement)
            self._connection.flush()
        except (OSError, InterfaceError, ValueError) as error:
            raise broke_off(error, Deadline.after(0), was_cut=self._line.was_cut, talk=_ANSWERING) from None
        self._unread += 1

    def close(self) -> None:
        """Say goodbye, and wait for nothing."""
        self._connection.close()
        self._line.close()

    def _read_up(self) -> None:
        while self._unread:
            self._unread -= 1
            self._socket.allow(MOST_BYTES)
            with contextlib.suppress(DatabaseError):
                self._connection.handle_messages(Context(""))


def open_session(
    connect: Connect, timeout_s: float, environment: Mapping[str, str], resolver: Resolver = resolve
) -> PostgresSession:
    """Log in; raise StatementRefused, and TransportFailed when no answer could be had, or not a trustworthy one."""
    deadline = Deadline.after(timeout_s)
    line = connect_guarded(addresses_of(connect.host, deadline, resolver), connect.port, deadline)
    taken: Any = None
    try:
        taken = plain = bounded(line.socket)
        if connect.uses_tls:
            taken = encrypt(plain, connect, environment)
        return PostgresSession(_ScramConnection(connect, taken), line, taken)
    except BaseException as error:
        _hang_up(taken, line)
        if isinstance(error, DatabaseError):
            raise StatementRefused(*_fields(error)) from None
        if isinstance(error, ScramException):
            raise cannot_prove_itself() from None
        if isinstance(error, TransportFailed):
            raise
        if isinstance(error, OSError | InterfaceError):
            raise broke_off(error, deadline, was_cut=line.was_cut, talk=_LOGGING_IN) from None
        if isinstance(error, NOT_THE_PROTOCOL):
            raise unreadable(_TITLE) from None
        raise


def _hang_up(taken: socket.socket | None, line: GuardedSocket) -> None:
    if taken is not None:
        taken.close()
    line.close()


class _ScramConnection(PostgresConnection):
    """Takes no server's word that did not prove by SCRAM that it knows the password."""

    def handle_AUTHENTICATION_REQUEST(self, data: bytes, context: Any) -> None:  # noqa: N802  pg8000's name
        code = authentication_of(data)
        if code == AUTHENTICATED and not self.asked:
            raise TransportFailed.inconclusive("the server lets anybody in: it did not ask for the password")
        if code not in (AUTHENTICATED, *SCRAM):
            raise TransportFailed.inconclusive("the server asks for the password by another way than SCRAM")
        super().handle_AUTHENTICATION_REQUEST(data, context)

    def flush(self) -> None:
        self._sock.flush()
