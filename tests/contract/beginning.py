"""What the contracts of stores begin with: an opener, and the first vault in what it opens."""

import hashlib
from collections.abc import Callable

from nexcred.vault.store import Change, Store, tidied

Opener = Callable[[], Store]
FIRST = Change(
    head=b"head-1",
    generation=1,
    items={hashlib.sha256(b"a").digest(): b"a", hashlib.sha256(b"b").digest(): b"b"},
    leaves={0: b"leaf-0", 255: b"leaf-255"},
    tree=b"tree-1",
    access=(b"access-1",),
    chain=(),
    roster=(b"founder",),
)
SLOTS = (b"slot-1", b"slot-2")
SECOND = Change(head=b"head-2", generation=2)


def slots_in(store: Store, *slots: bytes) -> tuple[bytes, ...]:
    """Return what of these a store of this kind keeps."""
    return slots if store.keeps_slots else ()


def drops_at_once(store: Store) -> bool:
    """False where others may still read what is dropped, until the vault is tidied."""
    with store.read() as snapshot:
        return tidied(snapshot) is None


def begun(opener: Opener) -> Opener:
    """Make the first vault there."""
    with (store := opener()).write() as snapshot:
        assert snapshot.head() is None
        assert snapshot.bundle() == (None, (), (), (), (), b"")
        assert store.commit(FIRST._replace(slots=slots_in(store, *SLOTS)), None)
    return opener
