"""Work on many records of one state of a vault in several processes, each with a snapshot of its own."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot, Store
from nexcred.vault.worthwhile import is_worthwhile

Item = TypeVar("Item")
Result = TypeVar("Result")
Reading = Callable[[], AbstractContextManager[tuple[VerifiedState, Snapshot]]]


class _HeadMoved(Exception):
    """Somebody wrote while several processes were reading."""


def in_parts(
    store: Store,
    reading: Reading,
    divide: Callable[[VerifiedState, Snapshot], Sequence[Item]],
    work: Callable[[VerifiedState, Snapshot, Sequence[Item]], Result],
) -> list[Result]:
    """Return `work` of the parts of what `divide` finds, in order; all anew, and here, where somebody wrote meanwhile.

    `reading` gives a proved state and its snapshot. What `work` returns is pickled.
    """
    with reading() as (state, snapshot):
        items = divide(state, snapshot)
        if not is_worthwhile(len(items)):
            return [work(state, snapshot, items)]

    from nexcred.vault.processes import in_processes

    def look_anew(part: Sequence[Item]) -> Result:
        # A connection does not survive a fork, and a reader that waits for another would hold up writers.
        with store.read() as snapshot:
            if snapshot.head() != state.sealed_head:
                raise _HeadMoved
            return work(state, snapshot, part)

    try:
        return in_processes(items, look_anew)
    except _HeadMoved:
        with reading() as (state, snapshot):
            return [work(state, snapshot, divide(state, snapshot))]
