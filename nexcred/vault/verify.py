"""Proving a whole vault: the tree, every record that this identity opens, and all of the history."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from nexcred.errors import NotPermitted, Tampered
from nexcred.vault.history import readable_past
from nexcred.vault.overview import Overview
from nexcred.vault.sharing import verified_recipients
from nexcred.vault.state import State, fetch
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import LeafEntry, name_tag, read_leaf, tree_leaves


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
    reached: set[bytes] = set()
    opened = past = 0
    for done, entry in enumerate(entries, 1):
        try:
            _, overview = state.open_overview(fetch(snapshot, entry.overview))
        except NotPermitted:  # a guest sees what was granted to him
            continue
        if name_tag(state.keys.name, overview.name) != entry.tag:
            raise Tampered(f"'{overview.name}' stands under another name's tag")
        verified_recipients(overview.access, state.roster)
        older = list(readable_past(state, partial(fetch, snapshot), overview))
        reached.update((entry.overview, *(name for name, _ in older)))
        reached.update(filter(None, (overview.details, overview.session, *(past_one.details for _, past_one in older))))
        opened += _opens_details(state, snapshot, overview) and _opens_session(state, snapshot, overview)
        for _, past_one in older:  # sessions have no history
            _opens_details(state, snapshot, past_one)
        past += len(older)
        if progress is not None:
            progress(done, len(entries))
    return VerifiedPart(opened, past, frozenset(reached))


def report_of(state: State, snapshot: Snapshot, parts: Sequence[VerifiedPart]) -> VerifyReport:
    """Add up the parts, and count the records that none of them leads to."""
    reached = frozenset[bytes]().union(*(part.reached for part in parts))
    # What a guest cannot open may lead anywhere.
    strays = sum(1 for name in snapshot.item_digests() if name not in reached) if state.vault_keys else 0
    opened, past = sum(part.opened for part in parts), sum(part.past_revisions for part in parts)
    return VerifyReport(state.head.head.size, opened, past, strays)


def _opens_details(state: State, snapshot: Snapshot, overview: Overview) -> bool:
    record = fetch(snapshot, overview.details)
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
