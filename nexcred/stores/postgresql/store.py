"""A vault in PostgreSQL: the tables of a file's, in a schema of their own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from nexcred.databases.postgresql_session import PostgresSession, StatementRefused, open_session
from nexcred.errors import InvalidData, NexcredError, SchemaNotMade, StoreFailed, Tampered, VaultNotFound
from nexcred.local.locking import LOCK_TIMEOUT_S
from nexcred.network.failures import TransportFailed
from nexcred.stores.postgresql import failures
from nexcred.stores.postgresql.address import read_address
from nexcred.stores.postgresql.login import login_of
from nexcred.stores.postgresql.schema import creation, creation_for
from nexcred.stores.postgresql.sessions import Sessions
from nexcred.stores.postgresql.settling import Standing, settle
from nexcred.stores.postgresql.snapshot import PostgresSnapshot
from nexcred.stores.postgresql.transactions import ANSWER_S, Transactions
from nexcred.stores.postgresql.view import Row, View
from nexcred.stores.postgresql.writes import change_of, messages
from nexcred.vault.bounds import LEAF, refuse_unreadable
from nexcred.vault.store import Change

_LOG_IN_S = 15.0
_OLDEST_SERVER = 13


class PostgresqlStore:
    """Speaks `vault.store.Store`. Writers queue up, but only the comparison of the head decides who may write."""

    path = None
    can_ask = False

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
        self._sessions = Sessions(self._log_in)
        self._was_opened = False
        self._has_schema = False
        self._writing: View | None = None

    @property
    def location(self) -> str:
        return self._address.location

    def exists(self) -> bool:
        """True when a vault is there. Raises StoreFailed, Tampered, MadeByNewer."""
        view, _ = self._view(self._begins.reading())
        view.end()
        return view.head is not None

    @contextmanager
    def read(self) -> Iterator[PostgresSnapshot]:
        opening = () if self._was_opened else (self._begins.reads.bundle(),)
        view, rows = self._view(self._begins.reading(), *opening)
        try:
            if view.head is None:
                raise VaultNotFound(f"there is no vault at {self.location}", hint="make one with: nexcred vault init")
            self._was_opened = True
            yield PostgresSnapshot(view, rows if opening else None)
        finally:
            view.end()

    @contextmanager
    def write(self) -> Iterator[PostgresSnapshot]:
        """Yield what is the newest for now: another writer may still outdate it, as `commit` finds out."""
        if self._writing is not None:
            raise RuntimeError("this store is being written to already")
        view, _ = self._view_to_write()
        self._writing = view
        try:
            yield PostgresSnapshot(view)
        finally:
            self._writing = None
            view.end()

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        view = self._writing
        if view is None:
            raise RuntimeError("commit is called inside write()")
        if view.has_ended:
            view.begin(self._begins.writing(in_queue=False))
        if view.head != expected_head:
            return False
        refuse_unreadable(change)
        if view.newest is not None and change.generation <= view.newest:
            raise Tampered(f"the vault {self.location} has a head under a generation that is not its own")
        try:
            is_done = self._send(view, change, expected_head)
        except StatementRefused as refused:
            if failures.is_lost_race(refused):
                return False
            raise self._write_refused(refused) from None
        if is_done:
            view.committed(change.head, change.generation)
        return is_done

    def _send(self, view: View, change: Change, expected_head: bytes | None) -> bool:
        """Send a change and its commit; raise StatementRefused, and what is told of a server that does not answer."""
        schema = self._address.schema
        tables = creation(schema, with_schema=not self._has_schema)
        making = [] if view.has_tables else [self._begins.making(tables)]
        every = [*making, *change_of(schema, change, expected_head), "COMMIT"]
        *before, last = messages(every)
        try:
            for message in before:
                view.ask(message, 0)
        except TransportFailed as failed:
            raise failures.no_answer(failed, self.location) from None
        try:
            view.ask(last, 0)
        except TransportFailed:
            beginning = [self._begins.writing(in_queue=False)] if view.has_tables else []
            return self._settle([*beginning, *every], change, expected_head)
        return True

    def _settle(self, every: list[str], change: Change, expected_head: bytes | None) -> bool:
        def look(session: PostgresSession) -> Standing:
            try:
                rows = session.ask(self._begins.settling(change.generation), timeout_s=ANSWER_S)
            except StatementRefused as refused:
                if not failures.is_missing(refused):
                    raise
                rows = []
            session.ask("ROLLBACK", timeout_s=ANSWER_S)
            found = {str(row[0]): row[1] for row in rows if len(row) == 2}
            return Standing(found.get("now"), found.get("head"))

        def again(session: PostgresSession) -> None:
            for message in messages(every):
                session.ask(message, timeout_s=ANSWER_S)

        place, head, for_s = self.location, change.head, self._settle_for_s
        return settle(place, self._sessions.new, look, again, head, expected_head, for_s=for_s)

    def _view(self, beginning: str, *more: str) -> tuple[View, list[Row]]:
        """Begin a view, with the rows of what is asked more; an empty one where there are no tables."""
        view = View(self._sessions, self._begins.reads, self.location)
        try:
            return view, view.begin(beginning, *more)
        except StatementRefused as refused:
            if not failures.is_missing(refused):
                raise failures.refusal(refused, self.location) from None
        try:
            self._has_schema = view.look(self._begins.looking())
        except StatementRefused as refused:
            raise failures.refusal(refused, self.location) from None
        return view, []

    def _view_to_write(self) -> tuple[View, list[Row]]:
        view = View(self._sessions, self._begins.reads, self.location)
        try:
            return view, view.begin(self._begins.writing())
        except StatementRefused as refused:
            if refused.code == failures.NO_RIGHT:
                raise self._write_refused(refused) from None
            if not (failures.is_missing(refused) or failures.is_locked_out(refused)):
                raise failures.refusal(refused, self.location) from None
        return self._view(self._begins.writing(in_queue=False))

    def _write_refused(self, refused: StatementRefused) -> NexcredError:
        if failures.says(refused, "leaves"):
            return InvalidData(f"{LEAF.what} would be larger than a vault can hold: nothing was written")
        if refused.code != failures.NO_RIGHT:
            return failures.refusal(refused, self.location)
        if self._was_opened or self._writing is None or self._writing.has_tables:
            return StoreFailed(
                f"this login may read {self.location} and not write to it",
                hint="log in as one who may, or ask who runs the database: nexcred vault init --help",
            )
        schema, user = self._address.schema, login_of(self._address, self._environment, self._warn).username
        return SchemaNotMade(
            f"this login may not make the tables of a vault at {self.location}",
            hint="let who may run the statements that were printed, then: nexcred vault init",
            statements=creation_for(schema, user, with_schema=not self._has_schema),
        )

    def _log_in(self) -> PostgresSession:
        connect = login_of(self._address, self._environment, self._warn)
        session = open_session(connect, _LOG_IN_S, self._environment)
        if 0 < session.server_version < _OLDEST_SERVER:
            session.close()
            raise StoreFailed(f"{self.location} is PostgreSQL {session.server_version}: it takes 13 or later")
        return session
