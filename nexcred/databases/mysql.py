"""A login to MySQL or MariaDB, by PyMySQL."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pymysql.connections import Connection
from pymysql.constants import CLIENT, CR
from pymysql.err import MySQLError

from nexcred.auth.database_login import Connect, DatabaseLogin
from nexcred.databases.bounded import bounded
from nexcred.databases.login_session import Rows, ServerRefused, row_of, stays_here
from nexcred.databases.refusals import (
    ANSWER,
    LOGIN,
    NOT_THE_PROTOCOL,
    Talk,
    broke_off,
    offers_no_tls,
    unreadable,
    wants_password_itself,
)
from nexcred.databases.tls import login_context
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.guarded_socket import GuardedSocket

_TITLE = "MySQL"
# Numbers from 2000 to 2999 are the client's own; all others came from the server.
_CLIENT_ERRORS = range(2000, 3000)
# Payloads by which a client asks for the key to encrypt the password with: whoever answers can then read it.
_ASKS_FOR_KEY = (b"\x01", b"\x02")


def log_in(connect: Connect, line: GuardedSocket, deadline: Deadline, environment: Mapping[str, str]) -> DatabaseLogin:
    """Return what the server says; raise TransportFailed when it says nothing that can be understood."""
    try:
        with session(connect, line, deadline, environment) as opened:
            return opened.who()
    except ServerRefused as refused:
        return refused.login


@contextmanager
def session(
    connect: Connect, line: GuardedSocket, deadline: Deadline, environment: Mapping[str, str]
) -> "Iterator[MysqlLogin]":
    """Log in, for statements until the deadline; raise ServerRefused, TransportFailed."""
    context = login_context(connect, environment) if connect.uses_tls else None
    is_private = connect.verifies or stays_here(line)
    plain = bounded(line.socket)
    connection = _MysqlConnection(connect, context)
    opened = MysqlLogin(connection, line, deadline, is_private=is_private)
    try:
        opened.connect(plain)
        yield opened
    finally:
        connection.hang_up()
        plain.close()


class MysqlLogin:
    """A LoginSession. Whether a password was asked for is not told here."""

    was_asked = True

    def __init__(
        self, connection: "_MysqlConnection", line: GuardedSocket, deadline: Deadline, *, is_private: bool
    ) -> None:
        self._connection, self._line, self._deadline = connection, line, deadline
        self.is_private = is_private

    @property
    def told_process(self) -> int | None:
        return int(self._connection.thread_id())

    def connect(self, plain: socket.socket) -> None:
        with self._told():
            self._connection.connect(plain)

    def who(self) -> DatabaseLogin:
        user, version = row_of(self, "select current_user(), version()", 2)
        connection = self._connection
        return DatabaseLogin(
            user=user, version=version, encrypted=connection.encrypted, offers_tls=connection.offers_tls
        )

    def ask(self, statement: str) -> Rows:
        with self._told(ANSWER), self._connection.cursor() as cursor:
            cursor.execute(statement)
            return [tuple("" if value is None else str(value) for value in row) for row in cursor.fetchall() or ()]

    @contextmanager
    def _told(self, talk: Talk = LOGIN) -> Iterator[None]:
        """Raise ServerRefused for the server's no, and TransportFailed for what is no answer."""
        try:
            yield
        except TransportFailed:
            raise
        except MySQLError as error:
            raise ServerRefused(_refusal(error, self._connection, self._deadline, self._line, talk)) from None
        except OSError as error:  # first, since a certificate's failure is a ValueError too
            raise broke_off(error, self._deadline, was_cut=self._line.was_cut, talk=talk) from None
        except NOT_THE_PROTOCOL:
            raise unreadable(_TITLE) from None


def _refusal(
    error: MySQLError, connection: "_MysqlConnection", deadline: Deadline, line: GuardedSocket, talk: Talk
) -> DatabaseLogin:
    number = error.args[0] if error.args else None
    if number == CR.CR_SSL_CONNECTION_ERROR:
        raise offers_no_tls() from None
    if number in (CR.CR_CONN_HOST_ERROR, CR.CR_SERVER_LOST, CR.CR_SERVER_GONE_ERROR):
        raise broke_off(error, deadline, was_cut=line.was_cut, talk=talk) from None
    if not isinstance(number, int) or number <= 0 or number in _CLIENT_ERRORS:
        raise unreadable(_TITLE) from None
    message = str(error.args[1]) if len(error.args) > 1 else ""
    return DatabaseLogin(str(number), message, encrypted=connection.encrypted, offers_tls=connection.offers_tls)


class _MysqlConnection(Connection):  # type: ignore[misc]
    """PyMySQL's connection, which gives the password only to whom it may be given, and no file to anybody."""

    def __init__(self, connect: Connect, context: ssl.SSLContext | None) -> None:
        self._trusted = connect.verifies
        super().__init__(
            host=connect.host,
            user=connect.username,
            password=connect.password.encode(),  # a text would be sent in Latin-1
            database=connect.database or None,
            charset="utf8mb4",
            ssl=context,
            ssl_disabled=context is None,
            autocommit=None,
            local_infile=False,
            defer_connect=True,
        )

    @property
    def offers_tls(self) -> bool:
        return bool(getattr(self, "server_capabilities", 0) & CLIENT.SSL)

    @property
    def encrypted(self) -> bool:
        return bool(self._secure)

    def _get_server_information(self) -> None:
        """The greeting may name the plugin whose first answer already is the password."""
        super()._get_server_information()
        if self._auth_plugin_name == "sha256_password" and not self._trusted:
            raise wants_password_itself()

    def write_packet(self, payload: bytes) -> None:
        """Refuse to send the password as it is, or encrypted for anybody, to a server that may be anybody."""
        if self.password and not self._trusted and payload in (self.password + b"\0", *_ASKS_FOR_KEY):
            raise wants_password_itself()
        super().write_packet(payload)

    def hang_up(self) -> None:
        """Close the socket that this connection made of its line, without a word that could wait for an answer."""
        self._force_close()
