"""Verifying the vault that lies in a store, in several processes where that is worth it."""

from collections.abc import Callable, Sequence

from nexcred.vault.in_parts import Reading, in_parts
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot, Store, uncopied
from nexcred.vault.tree import LeafEntry
from nexcred.vault.verify import Judge, VerifiedPart, VerifyReport, names_to_verify, report_of, verify_part


def verified(
    store: Store, reading: Reading, progress: Callable[[int, int], None] | None, judge: Judge | None
) -> VerifyReport:
    """Prove it as it lies there, and not what this machine has of it; raise Tampered."""
    proved_heads: list[bytes] = []

    def names(state: VerifiedState, snapshot: Snapshot) -> list[LeafEntry]:
        proved_heads.append(state.sealed_head)
        return names_to_verify(state, uncopied(snapshot))

    def prove(state: VerifiedState, snapshot: Snapshot, entries: Sequence[LeafEntry]) -> VerifiedPart:
        return verify_part(state, uncopied(snapshot), entries, progress, judge)

    parts = in_parts(store, reading, names, prove)
    with reading() as (state, snapshot):
        if state.sealed_head != proved_heads[-1]:  # somebody wrote meanwhile
            parts = [prove(state, snapshot, names(state, snapshot))]
        return report_of(state, snapshot, parts)
