"""Proving a whole vault: the tree, every record that this identity opens, and all of the history."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from nexcred.errors import Damaged, NotPermitted, Tampered
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.authority import is_stated
from nexcred.vault.doubts import author_of
from nexcred.vault.fetching import fetch, fetch_many
from nexcred.vault.history import readable_past
from nexcred.vault.overview import Overview
from nexcred.vault.overviews import fetch_each, overview_digests, reader_of
from nexcred.vault.reaching import reach
from nexcred.vault.record import ATTACHMENTS, DETAILS, ROTATION, SESSION, read_header
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import LeafEntry, name_tag, read_leaf, spoilt_tag, trash_tag, tree_leaves
from nexcred.vault.version1.access_list import FirstAccessList, verify_first_list

_AT_ONCE = 500

# Says what is wrong with values, "" for nothing. A vault knows no connectors, which say what values may be.
Judge = Callable[[Details], str]


class VerifyReport(NamedTuple):
    """The result of verifying. `strays` are records that nothing leads to: harmless, and never read.

    `faults` say what is wrong, each with who did it; `waiting` are shared with this identity and not sealed to it.
    `removed` are those in the trash, which are proved as all others are, and not among the credentials.
    """

    credentials: int
    opened: int
    past_revisions: int
    strays: int
    faults: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    removed: int = 0


class VerifiedPart(NamedTuple):
    """What was proved of some names: how many details opened, past revisions, and the digests that they lead to.

    `unsafe` are those faults that leave open what else they lead to: without any, all that is needed is reached.
    """

    opened: int
    past_revisions: int
    reached: frozenset[bytes]
    faults: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    removed: int = 0
    unsafe: tuple[str, ...] = ()


def names_to_verify(state: VerifiedState, snapshot: Snapshot) -> list[LeafEntry]:
    """Prove the tree and return its entries; raise Tampered."""
    return [entry for leaf in tree_leaves(state.tree, snapshot.leaves()) for entry in read_leaf(leaf)]


def verify_part(
    state: VerifiedState,
    snapshot: Snapshot,
    entries: Sequence[LeafEntry],
    progress: Callable[[int, int], None] | None = None,
    judge: Judge | None = None,
) -> VerifiedPart:
    """Prove what these names lead to, each by itself: what is wrong with one is a fault, and the others go on.

    `progress` hears of (done, all) of these; `judge` is asked about the present values that open.
    """
    parts = []
    for start in range(0, len(entries), _AT_ONCE):
        parts.append(_verify_some(state, snapshot, entries[start : start + _AT_ONCE], judge))
        if progress is not None:
            progress(min(start + _AT_ONCE, len(entries)), len(entries))
    return _sum_of(parts)


def _verify_some(
    state: VerifiedState, snapshot: Snapshot, entries: Sequence[LeafEntry], judge: Judge | None
) -> VerifiedPart:
    """Prove a few, whose records are read together."""
    found = _Found(state, snapshot, reader_of(len(entries)), judge)
    records = dict(fetch_each(state, snapshot, [entry.overview for entry in entries], found.lose))
    for entry in entries:
        found.open(entry, records.get(entry.overview))
    found.read([overview.details for overview in found.overviews])
    for overview in found.overviews:
        found.prove(overview)
    return VerifiedPart(
        found.opened,
        found.past,
        frozenset(found.reached),
        tuple(found.faults),
        tuple(found.waiting),
        found.removed,
        tuple(found.unsafe),
    )


class _Found:
    """What a few names lead to, and what is wrong with it."""

    def __init__(
        self, state: VerifiedState, snapshot: Snapshot, read: Callable[[bytes], Overview], judge: Judge | None
    ) -> None:
        self._state = state
        self._judge = judge
        self._read = read
        self._snapshot = snapshot
        self._records: dict[bytes, bytes] = {}
        self._opened: dict[bytes, Overview] = {}
        self.overviews: list[Overview] = []
        self.opened = self.past = self.removed = 0
        self.reached: set[bytes] = set()
        self.faults: list[str] = []
        self.unsafe: list[str] = []
        self.waiting: list[str] = []

    def lose(self, fault: str) -> None:
        """Tell of something whose content nobody can tell, and so not what it leads to."""
        self.faults.append(fault)
        self.unsafe.append(fault)

    def open(self, entry: LeafEntry, record: bytes | None) -> None:
        self.reached.add(entry.overview)
        known = self._opened.get(entry.overview)  # a large one under many names would last for hours
        overview = self._open_first(entry, record) if known is None else known
        if overview is None:
            return
        if self._tag_of(overview) != entry.tag:
            if self._is_set_aside(entry):
                return
            self.faults.append(f"'{overview.name}' stands under another name's tag")
        if known is None:
            self._opened[entry.overview] = overview
            self.overviews.append(overview)
            self.removed += overview.removed_at is not None

    def _open_first(self, entry: LeafEntry, record: bytes | None) -> Overview | None:
        """Open an overview; None where it does not open, which is told."""
        problem = ""  # that there is no record was told
        if record is not None:
            try:
                return self._state.open_overview(record, self._read)[1]
            except NotPermitted:  # a guest sees what was granted to it
                self.removed += entry.tag == trash_tag(self._state.keys.name, read_header(record).record_id)
            except Damaged as error:
                problem = f"{error.message} (record {entry.overview.hex()[:16]})"
        if not self._is_set_aside(entry) and problem:
            self.lose(problem)
        return None

    def _is_set_aside(self, entry: LeafEntry) -> bool:
        """Tell of an entry under the tag of what does not open: asked only of one that is not where it belongs."""
        if entry.tag != spoilt_tag(self._state.keys.name, entry.overview):
            return False
        self.lose(f"record {entry.overview.hex()[:16]} does not open, and was set aside")
        return True

    def _tag_of(self, overview: Overview) -> bytes:
        key = self._state.keys.name
        return name_tag(key, overview.name) if overview.removed_at is None else trash_tag(key, overview.record_id)

    def read(self, digests: Sequence[bytes]) -> None:
        self._records.update(_those_there(self._snapshot, digests))

    def prove(self, overview: Overview) -> None:
        self.reached.update(overview.records)
        is_proved = False
        try:
            if isinstance(overview.access, FirstAccessList):
                verify_first_list(overview.access, self._state.roster)
                is_proved = True
            else:
                self._state.prove(overview)
                is_proved = True
                self._prove_bodies(overview)
            older = self._past(overview)
            is_open = self._opens(overview)
            self.opened += is_open and overview.removed_at is None
            for past in older:
                self._opens_past(past)
            self.past += len(older)
        except Damaged as error:
            named = f"'{overview.name}'"
            fault = error.message if named in error.message else f"{named}: {error.message}"
            # What somebody says of it who may not, keeps all that it names; it need not be there.
            reached, is_whole = reach(self._state, self._fetch, overview)
            self.reached |= reached
            if is_proved and not is_whole:
                self.lose(fault)
            else:
                self.faults.append(fault)

    def _prove_bodies(self, overview: Overview) -> None:
        """Prove the parts whose plaintext need not be looked at, also for who holds no key."""
        for part in overview.parts:
            if part.record is None or part.statement is None or part.statement.part not in (ATTACHMENTS, ROTATION):
                continue
            if not is_stated(self._fetch(part.record), overview.record_id, part.statement):
                raise Tampered(f"a part of '{overview.name}' is another one than was signed")

    def _past(self, overview: Overview) -> list[Overview]:
        older = []
        for name, past in readable_past(self._state, self._fetch, overview):
            self.reached |= {name, past.details}
            older.append(past)
        return older

    def _opens(self, overview: Overview) -> bool:
        state = self._state
        try:
            self._look_at(overview, state.open_details(self._fetch(overview.details), overview))
            session = overview.record_of(SESSION)
            if session is not None:
                state.open_session(self._fetch(session), overview)
        except NotPermitted:
            self._prove_unopened(overview)
            is_listed = overview.statement is not None and overview.removed_at is None
            if is_listed and state.me.id in state.prove(overview).list.holders():
                self.waiting.append(overview.name)
            return False
        return True

    def _look_at(self, overview: Overview, details: Details) -> None:
        """Tell of values that are rightly signed, and are none that an honest program would have kept."""
        problem = "" if self._judge is None else self._judge(details)
        if not problem:
            return
        is_first = isinstance(overview.access, FirstAccessList)
        who = "" if is_first else f"; written by {author_of(self._state, self._state.prove(overview))}"
        self.faults.append(f"'{overview.name}' {problem}{who}")

    def _prove_unopened(self, overview: Overview) -> None:
        """Prove that details and tokens of others are those that were signed, as far as that is seen from outside."""
        if overview.statement is None:
            return
        proved = self._state.prove(overview).statements
        for number, record in ((DETAILS, overview.details), (SESSION, overview.record_of(SESSION))):
            if record is not None and not is_stated(self._fetch(record), overview.record_id, proved[number]):
                raise Tampered(f"a part of '{overview.name}' is another one than was signed")

    def _opens_past(self, past: Overview) -> None:
        with suppress(NotPermitted):
            self._state.open_past_details(self._fetch(past.details), past, past.changed_by)

    def _fetch(self, digest: bytes) -> bytes:
        return self._records.get(digest) or fetch(self._snapshot, digest)


def _those_there(snapshot: Snapshot, digests: Sequence[bytes]) -> dict[bytes, bytes]:
    """Read many at once; of those that are missing or changed, reading one by one says which."""
    try:
        return dict(fetch_many(snapshot, digests))
    except Damaged:
        return {}


def _sum_of(parts: Sequence[VerifiedPart]) -> VerifiedPart:
    reached = frozenset[bytes]().union(*(part.reached for part in parts))
    faults = tuple(dict.fromkeys(fault for part in parts for fault in part.faults))
    waiting = tuple(name for part in parts for name in part.waiting)
    return VerifiedPart(
        sum(part.opened for part in parts),
        sum(part.past_revisions for part in parts),
        reached,
        faults,
        waiting,
        sum(part.removed for part in parts),
        tuple(dict.fromkeys(fault for part in parts for fault in part.unsafe)),
    )


def report_of(state: VerifiedState, snapshot: Snapshot, parts: Sequence[VerifiedPart]) -> VerifyReport:
    """Add up the parts, and count the records that none of them leads to."""
    opened, past, reached, faults, waiting, removed, _ = _sum_of(parts)
    counted: list[str] = []
    # What a guest cannot open may lead anywhere.
    strays = sum(1 for name in snapshot.item_digests() if name not in reached) if state.vault_keys else 0
    overview_digests(state, snapshot, counted.append)
    present = state.head.head.size - removed
    return VerifyReport(present, opened, past, strays, (*counted, *faults), waiting, removed)
