"""Work that other processes do ahead for a change of many records."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from nexcred.errors import Damaged, NotPermitted
from nexcred.vault.fetching import fetch_many
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.overview import Overview
from nexcred.vault.processes import while_others_work
from nexcred.vault.record import move_own_grant, read_header
from nexcred.vault.signatures import NOTHING_CHECKED, Claim, read_right, right_of
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.transaction_tree import Lookup, TransactionTree

# What is read of so many records is held in memory at once.
_AT_ONCE = 20_000


class TransactionAhead(TransactionTree):
    """What was done ahead is what would be done here: nothing of it is read from the store, nor kept."""

    def __init__(self, state: VerifiedState, snapshot: Snapshot) -> None:
        super().__init__(state, snapshot)
        self._epoch = state.place.epoch
        # What records become, by their digests.
        self._moved: Mapping[bytes, bytes] = {}

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
        try:
            for start in range(0, len(records), _AT_ONCE):
                some = records[start : start + _AT_ONCE]
                self._fetched = self._fetch_parts(some) if with_parts or moved is not None else {}

                def work(part: Sequence[Lookup]) -> tuple[bytes, dict[bytes, bytes]]:
                    claims = (claim for found in part for claim in claims_of(found.overview))
                    return right_of(claims), {} if moved is None else self._grants_moved(part, moved)

                for number, (part, done) in enumerate(while_others_work(some, work)):
                    if not number:  # while the others work already
                        self.read_ahead(some)
                    facts, self._moved = done or (b"", {})
                    self.state.checked = read_right(facts)
                    yield from part
        finally:
            self.state.checked, self._fetched, self._moved = NOTHING_CHECKED, {}, {}

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
