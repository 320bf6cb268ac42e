"""The one protocol every store speaks. Integrity lives above it: no store is trusted."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

# A store of little room keeps fewer, and says so.
HEADS_KEPT = 1024
# The most entries of a small table; see `bounds`, to which every store holds what it reads and writes.
MAX_ROWS = 16_384
# The hint where there is no vault.
MAKE_ONE = "make one with: nexcred vault init"


class Change(NamedTuple):
    """All that one write does, in one transaction. Only the head, and the small tables that it hashes, are overwritten.

    `items` are immutable and named by the SHA-256 of their bytes. A table given as None stays as it is. What is dropped
    goes at once, or where others may be reading it, by `tidied`. Items that may have been there before come only
    under a generation that leaps. With `past_heads`, the heads before this one, a whole vault comes from another place:
    nothing stays of what is there.
    """

    head: bytes
    generation: int
    items: Mapping[bytes, bytes] = MappingProxyType({})
    dropped_items: Iterable[bytes] = ()
    leaves: Mapping[int, bytes] = MappingProxyType({})
    tree: bytes | None = None
    access: tuple[bytes, ...] | None = None
    chain: tuple[bytes, ...] | None = None
    roster: tuple[bytes, ...] | None = None
    slots: tuple[bytes, ...] | None = None
    past_heads: Mapping[int, bytes] | None = None

    def __repr__(self) -> str:
        return repr_of(self, "generation")

    def heads(self, kept: int) -> dict[int, bytes]:
        """Return the newest of all heads that a whole vault brings, with its present one."""
        heads = {**(self.past_heads or {}), self.generation: self.head}
        return {generation: heads[generation] for generation in sorted(heads)[-kept:]}


class Bundle(NamedTuple):
    """What opening a vault takes, as of one head: all that the head hashes, but for the leaves of the tree."""

    head: bytes | None
    access: tuple[bytes, ...]
    chain: tuple[bytes, ...]
    roster: tuple[bytes, ...]
    slots: tuple[bytes, ...]
    tree: bytes

    def __repr__(self) -> str:
        return repr_of(self)


class Tidied(NamedTuple):
    """What a tidying deleted, and how many objects it leaves for the next, since somebody may still read them."""

    removed: int
    bytes: int
    left: int


class Snapshot(Protocol):
    """One consistent view. Every value is as it was last committed, unverified.

    `heads_kept` is the store's own number: how far back the anchor of a machine may lie and still be compared.
    """

    @property
    def heads_kept(self) -> int: ...
    def bundle(self) -> Bundle:
        """Head, access, chain, roster, slots and tree in one call: across a network each call is a round trip."""

    def head(self) -> bytes | None: ...
    def past_head(self, generation: int) -> bytes | None:
        """The sealed head of an earlier (or this) generation; the last `heads_kept` stay."""

    def tree(self) -> bytes: ...
    def leaf(self, index: int) -> bytes: ...
    def leaves(self) -> Iterator[tuple[int, bytes]]: ...
    def access(self) -> tuple[bytes, ...]: ...
    def chain(self) -> tuple[bytes, ...]: ...
    def roster(self) -> tuple[bytes, ...]: ...
    def slots(self) -> tuple[bytes, ...]: ...
    def item(self, digest: bytes) -> bytes | None: ...
    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Those of `digests` that exist, in any order; made for reading many."""

    def item_digests(self) -> Iterator[bytes]:
        """Every item's digest, for `vault verify` to find what nothing points at."""


class Store(Protocol):
    """Where a vault's bytes live. What kind it is is asked of it, and of nothing else."""

    @property
    def location(self) -> str:
        """The URL under which the anchor remembers it."""

    @property
    def path(self) -> Path | None:
        """The SQLite file that it is; None where it is none."""

    @property
    def can_ask(self) -> bool:
        """True where reading it may ask a person, as the operating system's keyring may."""

    @property
    def keeps_slots(self) -> bool:
        """False where others can read it, who could guess at a passphrase at leisure: each machine keeps its own."""

    @property
    def keeps_states(self) -> bool:
        """True where every state that it had can be had again, and no backup need be made from here."""

    @property
    def caveats(self) -> tuple[str, ...]:
        """What to know before a vault is made there, a sentence each."""

    def exists(self) -> bool: ...
    def close(self) -> None:
        """Let go of what is held between one reading and the next; what comes after it opens that again."""

    def read(self) -> AbstractContextManager[Snapshot]:
        """A snapshot for reading. Raises VaultNotFound, Tampered, StoreFailed."""

    def write(self) -> AbstractContextManager[Snapshot]:
        """A snapshot that no other writer can outdate; waits for the lock, raises VaultBusy after 10 s."""

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        """The only write; inside `write()`. False when the head moved. None expects no vault yet, and makes it.

        Raises StoreFailed when nothing was written, OutcomeUnknown when that cannot be known; InvalidData, and writes
        nothing, for what would not be read back.
        """


class TidiedSnapshot(Snapshot, Protocol):
    """A state of a place where writes leave behind what others may be reading, and that is tidied now and then."""

    def tidy(self, needed: Collection[bytes]) -> Tidied:
        """Delete all but this state and these items, as far as it may go by now.

        Call it after a head of one's own, with all the items that the state leads to, proved as it lies there.
        """


def tidied(snapshot: Snapshot) -> TidiedSnapshot | None:
    """Return the state as it lies there, with no copy in front; None where a write itself leaves nothing behind."""
    found: TidiedSnapshot | None = getattr(snapshot, "tidied", None)
    return found


def uncopied(snapshot: Snapshot) -> Snapshot:
    """Return the state as it lies there, where a copy of this machine is in front; raise StoreUnreachable."""
    found: Snapshot = getattr(snapshot, "uncopied", snapshot)
    return found


def hand_on(store: Store) -> None:
    """Let the next reading go on with the one in hand, if it comes at once: a place across a network is far."""
    keep = getattr(store, "hand_on", None)
    if keep is not None:
        keep()


def look_again(store: Store) -> bool:
    """Have the next reading ask the place itself, where the last one went by what was read a moment ago; once.

    For what somebody may just have changed: who is told that something is not there, or not for them, tries it next.
    """
    ask: Callable[[], bool] | None = getattr(store, "look_again", None)
    return ask is not None and ask()


def mark_of(store: Store) -> object | None:
    """Return what is another one after every write there, without reading; None where only reading can tell."""
    mark: Callable[[], object | None] | None = getattr(store, "mark", None)
    return None if mark is None else mark()


def shown_place(store: Store) -> str:
    """Return where a vault is, as people are told: its file, or the URL of what is none."""
    return store.location if store.path is None else str(store.path)
