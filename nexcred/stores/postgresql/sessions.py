"""The sessions of one store: a login costs more than all that a command asks, so one that is idle is used again."""

import os
import weakref
from collections.abc import Callable
from typing import Any

from nexcred.databases.postgresql_session import PostgresSession, StatementRefused
from nexcred.network.failures import TransportFailed
from nexcred.stores.postgresql.transactions import ANSWER_S


class SessionPool:
    """Idle sessions, each taken by one user at a time; of no use to a process that was forked off."""

    def __init__(self, log_in: Callable[[], PostgresSession]) -> None:
        self._log_in = log_in
        self._idle: list[PostgresSession] = []
        self._owner = os.getpid()
        weakref.finalize(self, _close_all, self._idle)

    def begin(self, statements: str, most_bytes: int) -> tuple[PostgresSession, list[list[Any]]]:
        """Begin on an idle session, or a new one where none is left that still answers; return the rows too.

        Raises StatementRefused, TransportFailed.
        """
        while (session := self._taken()) is not None:
            try:
                return session, self._asked(session, statements, most_bytes)
            except TransportFailed:
                session.close()
        session = self._log_in()
        try:
            return session, self._asked(session, statements, most_bytes)
        except TransportFailed:
            session.close()
            raise

    def new(self) -> PostgresSession:
        """Log in anew, as after a connection that broke. Raises StatementRefused, TransportFailed."""
        return self._log_in()

    def give_back(self, session: PostgresSession) -> None:
        """End what the session was about, without waiting for it, and keep it."""
        try:
            session.tell("ROLLBACK")
        except TransportFailed:
            session.close()
            return
        self._idle.append(session)

    def close(self) -> None:
        """End the idle ones."""
        if self._owner == os.getpid():
            _close_all(self._idle)
        self._idle.clear()

    def _asked(self, session: PostgresSession, statements: str, most_bytes: int) -> list[list[Any]]:
        try:
            return session.ask(statements, timeout_s=ANSWER_S, most_bytes=most_bytes)
        except StatementRefused:
            self.give_back(session)
            raise

    def _taken(self) -> PostgresSession | None:
        if self._owner != os.getpid():  # what a fork has of them is the parent's, who would miss what is read here
            self._idle.clear()
            self._owner = os.getpid()
        return self._idle.pop() if self._idle else None


def _close_all(idle: list[PostgresSession]) -> None:
    for session in idle:
        session.close()
