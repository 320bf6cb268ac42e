"""How a transaction begins: which state it sees, what it waits for, and that no setting of a role changes it."""

from nexcred.stores.postgresql.reads import MARK, Reads
from nexcred.stores.postgresql.schema import TABLES, contents
from nexcred.stores.postgresql.sql import name_of, text_of

# Beyond these the server gives up; this side waits a little longer for it to say so.
_STATEMENT_S = 30
ANSWER_S = _STATEMENT_S + 5.0
# A session that stands still for so long has lost its program, and must not hold up the others for ever.
_IDLE_S = 60


class Transactions:
    """The statements that begin one in a schema; but for `making`, the rows of each are what the schema holds."""

    def __init__(self, schema: str, lock_timeout_s: float, queue_timeout_s: float) -> None:
        self._schema = schema
        self._lock_timeout_s = lock_timeout_s
        self._queue_timeout_s = queue_timeout_s
        self.reads = Reads(schema)

    def reading(self) -> str:
        """Begin one view of the tables, which stay what they are meanwhile."""
        return f"{self._begin('READ ONLY')}; LOCK TABLE {self._tables} IN ACCESS SHARE MODE; {contents(self._schema)}"

    def writing(self, *, in_queue: bool = True) -> str:
        """Do the same to write: behind the writers that are there already, for some time.

        The queue spares them work that would be for nothing, and proves nothing.
        """
        queue = (
            f" SET LOCAL lock_timeout = {_ms(self._queue_timeout_s)};"
            f" LOCK TABLE {name_of(self._schema, 'now')} IN SHARE UPDATE EXCLUSIVE MODE;"
            f" SET LOCAL lock_timeout = {_ms(self._lock_timeout_s)};"
        )
        return (
            f"{self._begin('READ WRITE')};{queue if in_queue else ''}"
            f" LOCK TABLE {self._tables} IN ROW EXCLUSIVE MODE; {contents(self._schema)}"
        )

    def looking(self) -> str:
        """Look for tables that may not be there; a mark among the rows says that the schema is."""
        schema = f"SELECT '{MARK}' FROM pg_catalog.pg_namespace WHERE nspname = {text_of(self._schema)}"
        return f"{self._begin('READ ONLY')}; {contents(self._schema)}; {schema}"

    def making(self, creation: str) -> str:
        """End what was begun to look, and make the tables."""
        return f"ROLLBACK; {self._begin('READ WRITE')}; {creation}"

    def settling(self, generation: int) -> str:
        """Wait for a commit that is under way, then read the head that stands, and the one of a generation."""
        now, head = name_of(self._schema, "now"), name_of(self._schema, "head")
        return (
            f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {self._settings};"
            f" SELECT 'now', sealed FROM {now} WHERE id = 0 FOR UPDATE;"
            f" SELECT 'head', sealed FROM {head} WHERE generation = {int(generation)}"
        )

    def _begin(self, mode: str) -> str:
        return f"BEGIN ISOLATION LEVEL REPEATABLE READ {mode}; {self._settings}"

    @property
    def _settings(self) -> str:
        return (
            "SET LOCAL search_path = pg_catalog; SET LOCAL bytea_output = hex; SET LOCAL synchronous_commit = on;"
            f" SET LOCAL lock_timeout = {_ms(self._lock_timeout_s)};"
            f" SET LOCAL statement_timeout = {_ms(_STATEMENT_S)};"
            f" SET LOCAL idle_in_transaction_session_timeout = {_ms(_IDLE_S)}; SET LOCAL row_security = off"
        )

    @property
    def _tables(self) -> str:
        return ", ".join(name_of(self._schema, table) for table in TABLES)


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
