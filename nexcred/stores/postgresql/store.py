"""A vault in PostgreSQL: the tables of a file's, in a schema of their own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain

from nexcred.databases.postgresql_session import PostgresSession, StatementRefused, open_session
from nexcred.errors import (
    InvalidData,
    NexcredError,
    RolledBack,
    SchemaNotMade,
    StoreBehind,
    StoreFailed,
    Tampered,
    VaultNotFound,
)
from nexcred.local.locking import LOCK_TIMEOUT_S
from nexcred.network.failures import TransportFailed
from nexcred.stores.postgresql import failures
from nexcred.stores.postgresql.address import read_address
from nexcred.stores.postgresql.handing_on import HandedOn
from nexcred.stores.postgresql.login import login_of
from nexcred.stores.postgresql.schema import creation, creation_for
from nexcred.stores.postgresql.sessions import SessionPool
from nexcred.stores.postgresql.snapshot import PostgresSnapshot, bundle_of
from nexcred.stores.postgresql.transactions import ANSWER_S, Transactions
from nexcred.stores.postgresql.view import View
from nexcred.stores.shared_place import refuse_slots
from nexcred.vault.bounds import HEAD, LEAF, refuse_unreadable
from nexcred.vault.store import MAKE_ONE, Bundle, Change

_LOG_IN_S = 15.0
_OLDEST_SERVER = 13


class PostgresqlStore:
    """Speaks `vault.store.Store`. Writers queue up, but only the comparison of the head decides who may write."""

    path = None
    can_ask = False
    keeps_slots = False
    keeps_states = False
    caveats = ()

    def __init__(
        self,
        url: str,
        environment: Mapping[str, str],
        warn: Callable[[str], None],
        *,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
        queue_timeout_s: float = LOCK_TIMEOUT_S,
        settle_for_s: float = 30.0,
    ) -> None:
        """Raise UsageError for a URL that is none of a vault, or holds a password; nothing is asked yet."""
        self._address = read_address(url)
        self._environment = environment
        self._warn = warn
        self._settle_for_s = settle_for_s
        self._begins = Transactions(self._address.schema, lock_timeout_s, queue_timeout_s)
        self._sessions = SessionPool(self._log_in)
        self._known = Bundle(None, (), (), (), (), b"")
        self._handed = HandedOn()
        self._hands_on = False
        self._has_schema = False
        self._writing: View | None = None

    @property
    def location(self) -> str:
        return self._address.location

    def exists(self) -> bool:
        """True when a vault is there. Raises StoreFailed, Tampered, MadeByNewer."""
        self._handed.end()
        snapshot, view = self._begun(self._begins.reading())
        view.end()
        return snapshot.head() is not None

    @contextmanager
    def read(self) -> Iterator[PostgresSnapshot]:
        """Raise also StoreBehind in the place of RolledBack, where a standby may not have it yet."""
        self._hands_on = goes_on = False
        snapshot, view = self._handed.take() or self._begun(self._begins.reading())
        try:
            if snapshot.head() is None:
                raise VaultNotFound(f"there is no vault at {self.location}", hint=MAKE_ONE)
            yield snapshot
            goes_on = self._hands_on
        except RolledBack:
            if not view.follows:
                raise
            raise StoreBehind(
                f"{self.location} is a standby, and behind what this machine has seen", hint="try again in a moment"
            ) from None
        finally:
            if goes_on:
                self._handed.put((snapshot, view))
            else:
                view.end()

    def hand_on(self) -> None:
        """Let the next reading go on with the one in hand, if it comes at once."""
        self._hands_on = True

    @contextmanager
    def write(self) -> Iterator[PostgresSnapshot]:
        """Yield what is the newest for now: another writer may still outdate it, as `commit` finds out."""
        if self._writing is not None:
            raise RuntimeError("this store is being written to already")
        self._handed.end()
        snapshot, view = self._begun_to_write()
        self._writing = view
        try:
            yield snapshot
        finally:
            self._writing = None
            view.end()

    def close(self) -> None:
        self._handed.end()
        self._sessions.close()

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        view = self._writing
        if view is None:
            raise RuntimeError("commit is called inside write()")
        if view.has_ended:
            view.begin(self._begins.writing(in_queue=False), view.head)
        if view.head != expected_head:
            return False
        refuse_slots(change, self.location)
        refuse_unreadable(change)
        if view.newest is not None and change.generation <= view.newest:
            raise Tampered(f"the vault {self.location} has a head under a generation that is not its own")
        try:
            is_done = self._send(view, change, expected_head)
        except StatementRefused as refused:
            if failures.is_lost_race(refused):
                return False
            raise self._write_refused(refused, view) from None
        if is_done:
            view.committed(change.head, change.generation)
        return is_done

    def _send(self, view: View, change: Change, expected_head: bytes | None) -> bool:
        """Send a change and its commit; raise StatementRefused, and what is told of a server that does not answer."""
        from nexcred.stores.postgresql.writes import change_of, messages  # which only writers need

        schema = self._address.schema
        tables = creation(schema, with_schema=not self._has_schema)
        making = [] if view.has_tables else [self._begins.making(tables)]

        def every(*before: str) -> Iterator[str]:
            # Made anew each time it is sent: a whole vault need not be in memory.
            return messages(chain(before, making, change_of(schema, change, expected_head), ("COMMIT",)))

        sending = every()
        last = next(sending)
        try:
            for message in sending:
                view.ask(last, 0)
                last = message
        except TransportFailed as failed:
            raise failures.no_answer(failed, self.location) from None
        try:
            view.ask(last, 0)
        except TransportFailed:
            beginning = [self._begins.writing(in_queue=False)] if view.has_tables else []
            return self._settle(lambda: every(*beginning), change, expected_head)
        return True

    def _settle(self, every: Callable[[], Iterator[str]], change: Change, expected_head: bytes | None) -> bool:
        from nexcred.stores.postgresql.settling import CommitStanding, settle  # which hardly any writer needs

        def look(session: PostgresSession) -> CommitStanding:
            try:
                rows = session.ask(self._begins.settling(change.generation), timeout_s=ANSWER_S)
            except StatementRefused as refused:
                if not failures.is_missing(refused):
                    raise
                rows = []
            session.ask("ROLLBACK", timeout_s=ANSWER_S)
            found = {str(row[0]): row[1] for row in rows if len(row) == 2}
            return CommitStanding(found.get("now"), found.get("head"))

        def again(session: PostgresSession) -> None:
            for message in every():
                session.ask(message, timeout_s=ANSWER_S)

        place, head, for_s = self.location, change.head, self._settle_for_s
        return settle(place, self._sessions.new, look, again, head, expected_head, for_s=for_s)

    def _begun(self, beginning: str) -> tuple[PostgresSnapshot, View]:
        """Begin a view; an empty one where there are no tables."""
        view = View(self._sessions, self._begins.reads, self.location)
        try:
            return self._begin(view, beginning), view
        except StatementRefused as refused:
            raise failures.refusal(refused, self.location) from None
        except BaseException:
            view.end()
            raise

    def _begun_to_write(self) -> tuple[PostgresSnapshot, View]:
        view = View(self._sessions, self._begins.reads, self.location)
        try:
            return self._bundled(view, self._begins.writing()), view
        except StatementRefused as refused:
            if refused.code == failures.NO_RIGHT:
                raise self._may_not_write() from None
        except BaseException:
            view.end()
            raise
        return self._begun(self._begins.writing(in_queue=False))

    def _begin(self, view: View, beginning: str) -> PostgresSnapshot:
        try:
            return self._bundled(view, beginning)
        except StatementRefused as refused:
            if not failures.is_missing(refused):
                raise
        self._has_schema = view.look(self._begins.looking())
        return PostgresSnapshot(view, bundle_of(view, []), [])

    def _bundled(self, view: View, beginning: str) -> PostgresSnapshot:
        """Begin with what opening takes, which is kept for as long as the head stands; raise StatementRefused too."""
        rows = view.begin(beginning, self._known.head)
        if self._known.head is None or view.head != self._known.head:
            self._known = bundle_of(view, rows)
        return PostgresSnapshot(view, self._known, [row for row in rows if row[0] == HEAD.table])

    def _write_refused(self, refused: StatementRefused, view: View) -> NexcredError:
        if failures.says(refused, "leaves"):
            return InvalidData(f"{LEAF.what} would be larger than a vault can hold: nothing was written")
        if refused.code != failures.NO_RIGHT:
            return failures.refusal(refused, self.location)
        if view.has_tables:
            return self._may_not_write()
        schema, user = self._address.schema, login_of(self._address, self._environment, self._warn).username
        return SchemaNotMade(
            f"this login may not make the tables of a vault at {self.location}",
            hint="let who may run the statements that were printed, then: nexcred vault init",
            statements=creation_for(schema, user, with_schema=not self._has_schema),
        )

    def _may_not_write(self) -> StoreFailed:
        return StoreFailed(
            f"this login may read {self.location}, and not write to it",
            hint="log in as one who may: PGUSER and PGPASSWORD, or a line of ~/.pgpass",
        )

    def _log_in(self) -> PostgresSession:
        connect = login_of(self._address, self._environment, self._warn)
        session = open_session(connect, _LOG_IN_S, self._environment)
        if 0 < session.server_version < _OLDEST_SERVER:
            session.close()
            raise StoreFailed(f"{self.location} is PostgreSQL {session.server_version}: it takes 13 or later")
        return session
