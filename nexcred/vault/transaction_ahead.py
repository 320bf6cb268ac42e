"""Work that other processes do ahead for a change of many records."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from nexcred.errors import Damaged, NotPermitted
from nexcred.vault.fetching import fetch_many
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.overview import Overview
from nexcred.vault.processes import while_others_work
from nexcred.vault.record import move_own_grant, read_header
from nexcred.vault.signatures import NOTHING_CHECKED, Claim, read_right, right_of
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.transaction_tree import AT_ONCE, Lookup, Opened, TransactionTree


class TransactionAhead(TransactionTree):
    """What was done ahead is what would be done here: nothing of it is read from the store, nor kept."""

    def __init__(self, state: VerifiedState, snapshot: Snapshot) -> None:
        super().__init__(state, snapshot)
        self._epoch = state.place.epoch
        # What records become, by their digests.
        self._moved: Mapping[bytes, bytes] = {}
        self._is_left_alone: Callable[[Overview], bool] | None = None
        self._left_alone: set[bytes] = set()

    @contextmanager
    def leaving_alone(self, is_left_alone: Callable[[Overview], bool]) -> Iterator[None]:
        """Let other processes find records with which nothing is done, from when all are opened.

        `with_work_ahead` does not yield those that they find.
        """
        self._is_left_alone = is_left_alone
        try:
            yield
        finally:
            self._is_left_alone, self._left_alone = None, set()

    def _open_some(self, records: Mapping[bytes, bytes], read: Callable[[bytes], Overview]) -> dict[bytes, Opened]:
        """Open them all here, while others look for those of the last that are left alone: that takes longer."""
        if self._is_left_alone is None:
            return super()._open_some(records, read)

        def look(part: Sequence[tuple[bytes, bytes]]) -> set[bytes]:
            opened = [self._try_to_open(name, record, read) for name, record in part]
            return self._find_left_alone([one for one in opened if isinstance(one, Lookup)])

        every: dict[bytes, Opened] = {}
        for _, found in while_others_work(list(records.items()), look, own=4, others=1):
            if found is None:
                every = super()._open_some(records, read)
            else:
                self._left_alone |= found
        return every

    def with_work_ahead(
        self,
        records: Sequence[Lookup],
        claims_of: Callable[[Overview], Iterable[Claim]],
        moved: PublicIdentity | None = None,
        *,
        with_parts: bool = False,
    ) -> Iterator[Lookup]:
        """Yield these records, for which other processes do ahead what is going to be asked for.

        They check signatures, and make of this identity's own grants those for its `moved` keys. The records of all
        parts are read at once then, or where they are asked for.
        """
        wanted = self._without_left_alone(records)
        own, others = (3, 4) if self._is_left_alone is None else (3, 5)  # what others leave alone is all theirs
        try:
            for start in range(0, len(wanted), AT_ONCE):
                some = wanted[start : start + AT_ONCE]
                self._fetched = self._fetch_parts(some) if with_parts or moved is not None else {}

                def work(part: Sequence[Lookup]) -> tuple[set[bytes], bytes, dict[bytes, bytes]]:
                    self._left_alone = self._find_left_alone(part)
                    rest = self._without_left_alone(part)
                    claims = (claim for found in rest for claim in claims_of(found.overview))
                    return self._left_alone, right_of(claims), {} if moved is None else self._grants_moved(rest, moved)

                for part, done in while_others_work(some, work, own=own, others=others):
                    self._left_alone, facts, self._moved = done or (set(), b"", {})
                    rest = self._without_left_alone(part)
                    self.read_ahead(rest)
                    self.state.checked = read_right(facts)
                    yield from rest
        finally:
            self.state.checked, self._fetched, self._moved = NOTHING_CHECKED, {}, {}

    def _find_left_alone(self, part: Sequence[Lookup]) -> set[bytes]:
        """Return the digests of those with which nothing is done."""
        if self._is_left_alone is None:
            return set()
        self.read_ahead(part)
        return {found.digest for found in part if self._is_left_alone(found.overview)}

    def _without_left_alone(self, records: Sequence[Lookup]) -> Sequence[Lookup]:
        return [one for one in records if one.digest not in self._left_alone] if self._left_alone else records

    def read_ahead(self, records: Sequence[Lookup]) -> None:
        """Read at once what this machine remembers of records that are going to be proved."""

    def _fetch_parts(self, records: Sequence[Lookup]) -> dict[bytes, bytes]:
        """Read at once the records of all parts; those that are missing or changed are read one by one later on."""
        wanted = {name for found in records for name in found.overview.records}
        with suppress(Damaged):
            return dict(fetch_many(self.snapshot, wanted))
        return {}

    def _grants_moved(self, records: Sequence[Lookup], moved: PublicIdentity) -> dict[bytes, bytes]:
        """Return by their digests what records become; what cannot be moved fails when it is asked for."""
        done = {}
        for name in (name for found in records for name in found.overview.records if name in self._fetched):
            with suppress(Damaged, NotPermitted):
                done[name] = self._with_grant_moved(self._fetched[name], moved)
        return done

    def move_own_grant(self, record: bytes, moved: PublicIdentity) -> bytes | None:
        """Move this identity's own grant on a record to its new keys; return its new digest, None where it has none."""
        try:
            new = self._moved.get(record) or self._with_grant_moved(self.fetch(record), moved)
        except NotPermitted:
            return None
        self.drop(record)
        return self._keep(new)

    def _with_grant_moved(self, record: bytes, moved: PublicIdentity) -> bytes:
        return move_own_grant(record, self.state.identity, moved, self._hint_key_of(read_header(record).epoch))

    def _hint_key_of(self, epoch: int) -> bytes:
        if epoch == self._epoch:
            return self._keys.hint
        return self.state.index_keys_of(epoch).hint
