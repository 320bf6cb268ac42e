"""Proving a whole vault: the tree, every record that this identity opens, and all of the history."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from nexcred.errors import NotPermitted, Tampered
from nexcred.vault.history import readable_past
from nexcred.vault.overview import Overview
from nexcred.vault.sharing import verified_recipients
from nexcred.vault.state import State, fetch, fetch_many
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import LeafEntry, name_tag, read_leaf, tree_leaves

_AT_ONCE = 500


class VerifyReport(NamedTuple):
    """What was proved. `strays` are records that nothing leads to: harmless, and never read."""

    credentials: int
    opened: int
    past_revisions: int
    strays: int


class VerifiedPart(NamedTuple):
    """What was proved of some names: how many details opened, past revisions, and the digests that they lead to."""

    opened: int
    past_revisions: int
    reached: frozenset[bytes]


def names_to_verify(state: State, snapshot: Snapshot) -> list[LeafEntry]:
    """Prove the tree and return its entries; raise Tampered."""
    entries = [entry for leaf in tree_leaves(state.tree, snapshot.leaves()) for entry in read_leaf(leaf)]
    if len(entries) != state.head.head.size:
        raise Tampered("the vault holds another number of credentials than was signed")
    return entries


def verify_part(
    state: State, snapshot: Snapshot, entries: Sequence[LeafEntry], progress: Callable[[int, int], None] | None = None
) -> VerifiedPart:
    """Prove what these names lead to; raise Tampered at the first thing that is not as signed.

    `progress` hears of (done, all) of these.
    """
    parts = []
    for start in range(0, len(entries), _AT_ONCE):
        parts.append(_verify_some(state, snapshot, entries[start : start + _AT_ONCE]))
        if progress is not None:
            progress(min(start + _AT_ONCE, len(entries)), len(entries))
    return _sum_of(parts)


def _verify_some(state: State, snapshot: Snapshot, entries: Sequence[LeafEntry]) -> VerifiedPart:
    """Prove a few, whose records are read together."""
    records = dict(fetch_many(snapshot, [entry.overview for entry in entries]))
    found = []
    for entry in entries:
        with suppress(NotPermitted):  # a guest sees what was granted to him
            found.append(_verified(state, entry, records[entry.overview]))
    records = dict(fetch_many(snapshot, [overview.details for overview in found]))
    reached = {entry.overview for entry in entries}
    opened = past = 0
    for overview in found:
        older = list(readable_past(state, partial(fetch, snapshot), overview))
        reached.update(name for name, _ in older)
        reached.update(filter(None, (overview.details, overview.session, *(past_one.details for _, past_one in older))))
        opened += _opens_details(state, records[overview.details], overview) and _opens_session(
            state, snapshot, overview
        )
        for _, past_one in older:  # sessions have no history
            _opens_details(state, fetch(snapshot, past_one.details), past_one)
        past += len(older)
    return VerifiedPart(opened, past, frozenset(reached))


def _verified(state: State, entry: LeafEntry, record: bytes) -> Overview:
    _, overview = state.open_overview(record)
    if name_tag(state.keys.name, overview.name) != entry.tag:
        raise Tampered(f"'{overview.name}' stands under another name's tag")
    verified_recipients(overview.access, state.roster)
    return overview


def _sum_of(parts: Sequence[VerifiedPart]) -> VerifiedPart:
    reached = frozenset[bytes]().union(*(part.reached for part in parts))
    return VerifiedPart(sum(part.opened for part in parts), sum(part.past_revisions for part in parts), reached)


def report_of(state: State, snapshot: Snapshot, parts: Sequence[VerifiedPart]) -> VerifyReport:
    """Add up the parts, and count the records that none of them leads to."""
    opened, past, reached = _sum_of(parts)
    # What a guest cannot open may lead anywhere.
    strays = sum(1 for name in snapshot.item_digests() if name not in reached) if state.vault_keys else 0
    return VerifyReport(state.head.head.size, opened, past, strays)


def _opens_details(state: State, record: bytes, overview: Overview) -> bool:
    try:
        state.open_details(record, overview)
    except NotPermitted:
        return False
    return True


def _opens_session(state: State, snapshot: Snapshot, overview: Overview) -> bool:
    if overview.session is None:
        return True
    record = fetch(snapshot, overview.session)
    try:
        state.open_session(record, overview)
    except NotPermitted:
        return False
    return True
