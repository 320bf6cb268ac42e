"""Proving a whole vault: the tree, every record that this identity opens, and all of the history."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from nexcred.errors import NotPermitted, Tampered
from nexcred.vault.history import readable_past
from nexcred.vault.overview import Overview
from nexcred.vault.sharing import verified_recipients
from nexcred.vault.state import State, fetch
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import name_tag, read_leaf, tree_leaves


class VerifyReport(NamedTuple):
    """What was proved. `strays` are records that nothing leads to: harmless, and never read."""

    credentials: int
    opened: int
    past_revisions: int
    strays: int


def verify_vault(state: State, snapshot: Snapshot, progress: Callable[[int, int], None] | None = None) -> VerifyReport:
    """Raise Tampered at the first thing that is not as signed. `progress` hears of (done, all)."""
    entries = [entry for leaf in tree_leaves(state.tree, snapshot.leaves()) for entry in read_leaf(leaf)]
    count = state.head.head.size
    if len(entries) != count:
        raise Tampered("the vault holds another number of credentials than was signed")
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
            progress(done, count)
    # What a guest cannot open may lead anywhere.
    strays = sum(1 for name in snapshot.item_digests() if name not in reached) if state.vault_keys else 0
    return VerifyReport(count, opened, past, strays)


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
