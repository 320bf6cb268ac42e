"""A login that goes on for a few statements, by the same drivers as a probe: what one accepts, this can speak with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from ipaddress import ip_address
from typing import Protocol

from nexcred.auth.database_login import Connect, DatabaseLogin
from nexcred.databases.log_in import DRIVERS, Resolver, addresses_of
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.guarded_socket import GuardedSocket, connect_guarded

Rows = list[tuple[str, ...]]


class ServerRefused(Exception):
    """The server's no, to a login or a statement."""

    def __init__(self, login: DatabaseLogin) -> None:
        super().__init__(login.code)
        self.login = login


class LoginSession(Protocol):
    """An open login.

    `is_private`: nobody but the proved server, or this machine, reads what is sent. `was_asked` is false where the
    server let the user in without a password. `told_process` is the number of the process that serves it, as it was
    told at the login; None where no such number is told.
    """

    is_private: bool
    was_asked: bool

    @property
    def told_process(self) -> int | None: ...

    def ask(self, statement: str) -> Rows:
        """Return the rows as texts, "" for no value; raise ServerRefused, TransportFailed."""
        ...


def row_of(session: LoginSession, statement: str, columns: int) -> tuple[str, ...]:
    """Return the one row of so many columns; raise TransportFailed where the answer is another."""
    rows = session.ask(statement)
    if len(rows) != 1 or len(rows[0]) != columns:
        raise TransportFailed.inconclusive("the answer is not what was asked for")
    return rows[0]


@contextmanager
def open_login(
    connect: Connect, deadline: Deadline, *, environment: Mapping[str, str], resolver: Resolver
) -> Iterator[LoginSession]:
    """Log in, for statements until the deadline; raise ServerRefused, and TransportFailed where no answer was had."""
    line = connect_guarded(addresses_of(connect.address or connect.host, deadline, resolver), connect.port, deadline)
    try:
        with import_module(DRIVERS[connect.driver]).session(connect, line, deadline, environment) as session:
            yield session
    finally:
        line.close()


def stays_here(line: GuardedSocket) -> bool:
    """True when the other end of a connection is on this machine."""
    return ip_address(line.socket.getpeername()[0]).is_loopback
