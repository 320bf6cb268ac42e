"""A login to PostgreSQL, by pg8000: it tells the SQLSTATE of a refusal, where libpq tells a sentence alone."""

import contextlib
import re
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from pg8000.core import CoreConnection
from pg8000.exceptions import DatabaseError, InterfaceError
from scramp import ScramException

from nexcred.auth.database_login import Connect, DatabaseLogin
from nexcred.databases.bounded import bounded
from nexcred.databases.login_session import Rows, ServerRefused, row_of, stays_here
from nexcred.databases.postgresql_tls import encrypt
from nexcred.databases.redshift import digest_answer
from nexcred.databases.refusals import (
    ANSWER,
    LOGIN,
    NOT_THE_PROTOCOL,
    Talk,
    broke_off,
    cannot_prove_itself,
    speaks_not,
    unreadable,
    wants_password_itself,
)
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.guarded_socket import GuardedSocket

_TITLE = "PostgreSQL"
# AuthenticationRequest, protocol 55.7.
_OK, _CLEARTEXT, _MD5, _SASL, _SASL_CONTINUE, _SASL_FINAL = 0, 3, 5, 10, 11, 12
_REDSHIFT_DIGEST = 13
_SPOKEN = (_OK, _CLEARTEXT, _MD5, _SASL, _SASL_CONTINUE, _SASL_FINAL)
_UNSPOKEN = {2: "Kerberos 5", 4: "crypt", 6: "SCM", 7: "GSSAPI", 8: "GSSAPI", 9: "SSPI", 14: "a token of Redshift"}
_MECHANISMS = ("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA3-512")
# PostgreSQL's own default is 4,096; the key derivation cannot be interrupted, so a server may not name any number.
_MOST_ITERATIONS = 1_000_000
_ITERATIONS = re.compile(rb",i=(\d{1,12})")

# When the role's password ends, VALID UNTIL, which may be infinite.
_WHO_AND_UNTIL = (
    "select session_user, (select case when isfinite(rolvaliduntil) then extract(epoch from rolvaliduntil)::text end"
    " from pg_catalog.pg_roles where rolname = session_user)"
)


def log_in(connect: Connect, line: GuardedSocket, deadline: Deadline, environment: Mapping[str, str]) -> DatabaseLogin:
    """Return what the server says; raise TransportFailed when it says nothing that can be understood."""
    try:
        with session(connect, line, deadline, environment) as opened:
            return opened.who()
    except ServerRefused as refused:
        return refused.login


@contextlib.contextmanager
def session(
    connect: Connect, line: GuardedSocket, deadline: Deadline, environment: Mapping[str, str]
) -> "Iterator[PostgresqlLogin]":
    """Log in, for statements until the deadline; raise ServerRefused, TransportFailed."""
    told = partial(_told, deadline, line)
    is_local = stays_here(line)
    encrypted: socket.socket | None = None
    plain = bounded(line.socket)
    try:
        with told():
            encrypted = encrypt(plain, connect, environment) if connect.uses_tls else None
            opened = PostgresqlLogin(connect, encrypted or plain, told, is_local=is_local)
        try:
            yield opened
        finally:
            opened.close()
    finally:
        (encrypted or plain).close()


class PostgresqlLogin:
    """A LoginSession."""

    def __init__(self, connect: Connect, line: socket.socket, told: "_Told", *, is_local: bool) -> None:
        self._encrypted = isinstance(line, ssl.SSLSocket)
        self._told = told
        try:
            self._connection = _PostgresConnection(connect, line)
        except DatabaseError as refusal:
            raise self._refused(refusal) from None
        self.was_asked = self._connection.asked
        self.is_private = connect.verifies or is_local or self._connection.is_bound
        self.told_process = self._connection.told_process

    def who(self) -> DatabaseLogin:
        try:
            user, until = row_of(self, _WHO_AND_UNTIL, 2)
        except ServerRefused:  # of what only speaks the protocol
            (user,), until = row_of(self, "select session_user", 1), ""
        version = self._connection.parameter_statuses.get("server_version", "")
        return DatabaseLogin(
            user=user, version=version, encrypted=self._encrypted, asked=self.was_asked, expires_at=_time(until)
        )

    def ask(self, statement: str) -> Rows:
        with self._told(talk=ANSWER):
            try:
                rows = self._connection.execute_simple(statement).rows or []
            except DatabaseError as refusal:
                raise self._refused(refusal) from None
            return [tuple("" if value is None else str(value) for value in row) for row in rows]

    def close(self) -> None:
        self._connection.close()

    def _refused(self, refusal: Any) -> ServerRefused:
        return ServerRefused(_refusal(refusal, encrypted=self._encrypted))


_Told = Callable[..., contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def _told(deadline: Deadline, line: GuardedSocket, talk: Talk = LOGIN) -> Iterator[None]:
    """Raise TransportFailed for what goes wrong on a line, or is no answer."""
    try:
        yield
    except (ServerRefused, TransportFailed):
        raise
    except ScramException:
        raise cannot_prove_itself() from None
    except (OSError, InterfaceError) as error:  # first, since a certificate's failure is a ValueError too
        raise broke_off(error, deadline, was_cut=line.was_cut, talk=talk) from None
    except NOT_THE_PROTOCOL:
        raise unreadable(_TITLE) from None


def _refusal(refusal: Any, *, encrypted: bool) -> DatabaseLogin:
    """Read ErrorResponse (protocol, 55.8): C is the SQLSTATE, M the sentence, in the server's language."""
    fields = refusal.args[0] if refusal.args and isinstance(refusal.args[0], dict) else {}
    return DatabaseLogin(code=fields.get("C") or "?????", message=fields.get("M", ""), encrypted=encrypted)


class _PostgresConnection(CoreConnection):  # type: ignore[misc]
    """pg8000's connection, which gives the password only to whom it may be given."""

    def __init__(self, connect: Connect, line: socket.socket) -> None:
        self.asked = False
        self._trusted = connect.verifies
        self._unproven = False
        super().__init__(
            connect.username,
            database=connect.database or None,
            password=connect.password,
            application_name="nexcred",
            ssl_context=False,
            sock=line,
        )

    @property
    def is_bound(self) -> bool:
        """True where the proof of both passwords is bound to this TLS line (RFC 5929): whose it is, is proved by it."""
        return str(getattr(getattr(self, "auth", None), "mechanism_name", "")).endswith("-PLUS")

    @property
    def told_process(self) -> int | None:
        """The number in BackendKeyData (protocol, 55.7), of which a server makes its process's."""
        data = self._backend_key_data
        return int(struct.unpack_from("!i", data)[0]) if data else None

    def handle_AUTHENTICATION_REQUEST(self, data: bytes, context: Any) -> None:  # noqa: N802  pg8000's name
        (code,) = struct.unpack_from("!i", data)
        self.asked = self.asked or code != _OK
        if code == _CLEARTEXT and not self._trusted:
            raise wants_password_itself()
        if code == _REDSHIFT_DIGEST and (answer := digest_answer(data[4:], self.password)) is not None:
            self._send_message(b"d", answer)
            self._sock.flush()
            return
        if (method := _unspoken_method(code, data, encrypted=isinstance(self._usock, ssl.SSLSocket))) != "":
            raise speaks_not(method)
        if code == _SASL_CONTINUE and _iterations(data) > _MOST_ITERATIONS:
            raise unreadable(_TITLE)
        if code == _OK and self._unproven:  # SCRAM broken off: whoever let in need not know the password (RFC 5802, 9)
            raise cannot_prove_itself()
        super().handle_AUTHENTICATION_REQUEST(data, context)
        self._unproven = code in (_SASL, _SASL_CONTINUE)

    def close(self) -> None:
        """Say goodbye where that is still possible."""
        with contextlib.suppress(OSError, InterfaceError, ValueError):
            super().close()


def _time(seconds: str) -> datetime | None:
    """Return a server's seconds since 1970 as a time in UTC; None for none that there is."""
    try:
        return datetime.fromtimestamp(int(float(seconds)), UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def _unspoken_method(code: int, data: bytes, *, encrypted: bool) -> str:
    """Name what the server wants to be convinced by, "" for what this program can do."""
    if code == _SASL:
        offered = [word.decode("ascii", "replace") for word in data[4:].split(b"\0") if word]
        bound = [f"{name}-PLUS" for name in _MECHANISMS] if encrypted else []
        return "" if {*_MECHANISMS, *bound} & {*offered} else " or ".join(offered[:4]) or "an unnamed mechanism"
    if code in _SPOKEN:
        return ""
    return _UNSPOKEN.get(code, f"authentication method {code}")


def _iterations(data: bytes) -> int:
    found = _ITERATIONS.search(data)
    return int(found[1]) if found else 0
