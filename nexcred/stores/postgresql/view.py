"""One transaction, as rows of answers."""

from typing import Any

from nexcred.databases.postgresql_session import PostgresSession, StatementRefused
from nexcred.errors import Tampered
from nexcred.network.failures import TransportFailed
from nexcred.stores.postgresql import failures
from nexcred.stores.postgresql.reads import COLUMNS, LISTS, MARK, Reads, answer_of
from nexcred.stores.postgresql.schema import OF_TABLE, holds_vault
from nexcred.stores.postgresql.sessions import SessionPool
from nexcred.stores.postgresql.transactions import ANSWER_S
from nexcred.vault.bounds import HEAD, TREE, OutOfBounds, SizeTally

Row = list[Any]
_SLACK = 256 * 1024


class View:
    """What one reader or writer sees of a schema. `newest` is the highest generation of which a head is kept.

    It `follows` where the server is a standby: what it shows may be older than what the other one has.
    """

    def __init__(self, sessions: SessionPool, reads: Reads, place: str) -> None:
        self._sessions = sessions
        self._session: PostgresSession | None = None
        self.reads = reads
        self.place = place
        self.has_tables = False
        self.head: bytes | None = None
        self.newest: int | None = None
        self.follows = False

    def begin(self, statements: str, known: bytes | None) -> list[Row]:
        """Begin, and return the rows of all that opening takes, unless the head is the one that is known.

        The rows of `statements` are what the schema holds. Raises StatementRefused, Tampered, StoreFailed; whatever it
        raises, there may be something to `end`.
        """
        wanted = f"{statements}; {self.reads.state(known)}"
        most = answer_of(HEAD, TREE, *LISTS) + _SLACK
        try:
            self._session, rows = self._sessions.begin(wanted, most)
        except TransportFailed as failed:
            raise failures.no_answer(failed, self.place) from None
        try:
            mark = rows.index([MARK])
        except ValueError:
            raise self.damaged() from None
        self.has_tables = self._holds_vault(rows[:mark])
        return self._with_state(self._shaped(rows[mark + 1 :]))

    def look(self, statements: str) -> bool:
        """Begin where there may be no tables, and return whether there is a schema; raise as `begin` does."""
        try:
            self._session, rows = self._sessions.begin(statements, _SLACK)
        except TransportFailed as failed:
            raise failures.no_answer(failed, self.place) from None
        self.has_tables = self._holds_vault([row for row in rows if row != [MARK]])
        return [MARK] in rows

    def ask(self, statements: str, most_bytes: int) -> list[Row]:
        """Return the rows; raise StatementRefused, TransportFailed."""
        if self._session is None:
            raise RuntimeError("this view has ended")
        try:
            return self._session.ask(statements, timeout_s=ANSWER_S, most_bytes=most_bytes + _SLACK)
        except TransportFailed:
            self.drop()
            raise

    def read(self, statements: str, most_bytes: int) -> list[Row]:
        """Return the rows; raise what is told of what goes wrong."""
        try:
            return self._shaped(self.ask(statements, most_bytes))
        except TransportFailed as failed:
            raise failures.no_answer(failed, self.place) from None
        except StatementRefused as refused:
            raise failures.refusal(refused, self.place) from None

    def wait(self, longest_s: float) -> None:
        """Stay open for somebody who goes on, and hang up where nobody does so in time."""
        if self._session is not None:
            self._session.wait(longest_s)

    def goes_on(self) -> bool:
        """Go on after a wait; False where the session has hung up, or the server."""
        if self._session is not None and not self._session.goes_on():
            self.drop()
        return self._session is not None

    def end(self) -> None:
        """End it without a commit."""
        if self._session is not None:
            self._sessions.give_back(self._session)
            self._session = None

    def drop(self) -> None:
        """Hang up: of what was asked last nobody knows."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def let_go(self) -> None:
        """Hang up as the garbage collector has to."""
        if self._session is not None:
            self._session.let_go()
            self._session = None

    @property
    def has_ended(self) -> bool:
        return self._session is None

    def committed(self, head: bytes, generation: int) -> None:
        """End it with what was committed, which is what stands now."""
        self.head, self.newest, self.has_tables = head, generation, True
        self.end()

    def damaged(self) -> Tampered:
        return Tampered(f"{self.place} is damaged: a value has the wrong type or size")

    def add(self, tally: SizeTally, value: object) -> bytes:
        """Return a value within the bounds; raise Tampered for any other."""
        try:
            if isinstance(value, bytes):
                return tally.add(value)
        except OutOfBounds:
            pass
        raise self.damaged()

    def _holds_vault(self, rows: list[Row]) -> bool:
        if not all(len(row) == OF_TABLE for row in rows):
            raise self.damaged()
        return holds_vault(rows, self.place)

    def _shaped(self, rows: list[Row]) -> list[Row]:
        """Return the rows if they have the shape of what was asked; whoever answers may be no honest server."""
        if not all(row and len(row) == COLUMNS.get(str(row[0])) for row in rows):
            raise self.damaged()
        return rows

    def _with_state(self, rows: list[Row]) -> list[Row]:
        """Keep which head stands, and return the other rows; the tables may be there, and no vault yet."""
        self.head, self.newest, others = None, None, []
        for row in rows:
            if row[0] == "now":
                self.head = self.add(SizeTally(HEAD), row[1])
            elif row[0] == "newest":
                self.newest = row[1]
            elif row[0] == "standby":
                self.follows = bool(row[1])
            else:
                others.append(row)
        if not (self.newest is None or isinstance(self.newest, int)) or (self.head is None) != (self.newest is None):
            raise Tampered(f"{self.place} has no head, or none but the present one")
        return others
