"""What a record leads to, proved or not: none of that is to be deleted while somebody may still settle it."""

from collections.abc import Callable

from nexcred.errors import Damaged, NotPermitted
from nexcred.vault.history import HISTORY_KEPT
from nexcred.vault.overview import Overview
from nexcred.vault.state import VerifiedState


def reach(state: VerifiedState, fetch: Callable[[bytes], bytes], overview: Overview) -> tuple[frozenset[bytes], bool]:
    """Return the digests that it leads to, and whether all of that is there and opens, with no gap in its history.

    `fetch` returns the record of a digest, or raises Damaged.
    """
    reached = {*overview.records, *overview.past}
    is_whole = all(_is_there(fetch, name) for name in overview.records)
    names, left = list(overview.past), min(HISTORY_KEPT, overview.version - 1)
    while names and left > 0:
        name, left = names.pop(0), left - 1
        reached.add(name)
        try:
            _, past = state.open_overview(fetch(name))
        except (Damaged, NotPermitted):
            is_whole = False
            continue
        reached.add(past.details)
        is_whole = _is_there(fetch, past.details) and is_whole
        if past.statement is None:
            names = list(past.past)  # version 1 names one at a time
    return frozenset(reached), is_whole and not left


def _is_there(fetch: Callable[[bytes], bytes], name: bytes) -> bool:
    try:
        fetch(name)
    except Damaged:
        return False
    return True
