"""Two writers, a tidying, a backup that is brought back: in every order, with requests that come late, twice or never.

The bucket is a model, the stores are the real ones. A leaf of these vaults is the list of the items that it leads to.
"""

import hashlib
from collections.abc import Callable
from functools import cache

import pytest

from nexcred.auth.flow import Request
from nexcred.errors import OutcomeUnknown, VaultBusy
from nexcred.stores.s3.snapshot import BucketSnapshot
from nexcred.stores.s3.store import S3Store
from nexcred.vault.store import Change
from tests.support.bucket import MemoryBucket, Send, open_store
from tests.support.interleavings import Act, Choices, all_runs, interleave

OLD = b"an item that was dropped long ago, and that a backup has"
STAYS = b"an item that stays"
# Beyond what writes add one by one, as a backup leaps.
LEAP = 65_536


def name_of(item: bytes) -> bytes:
    return hashlib.sha256(item).digest()


@cache
def _founded() -> MemoryBucket:
    memory = MemoryBucket()
    store = open_store(memory, one_by_one=True)
    items = {name_of(item): item for item in (OLD, STAYS)}
    with store.write():
        first = Change(b"head 1", 1, items, leaves={0: name_of(STAYS), 1: name_of(OLD)}, tree=b"tree", roster=(b"one",))
        assert store.commit(first, None)
        assert store.commit(Change(b"head 2", 2, leaves={1: b""}, dropped_items=(name_of(OLD),)), b"head 1")
    memory.later(days=3)
    return memory


def founded() -> MemoryBucket:
    """Return a bucket whose vault dropped an item days ago."""
    memory, made = MemoryBucket(), _founded()
    memory.objects, memory.now = dict(made.objects), made.now
    return memory


def of_head_and_old_item(request: Request) -> bool:
    """True for what the order can matter of: all else is written once, under names of its own."""
    deletes = request.method == "DELETE" and request.url.endswith(name_of(OLD).hex())
    return deletes or request.url.endswith("/head")


class Log:
    """What the actors were told: the heads that count, and those that do not."""

    def __init__(self) -> None:
        self.written: list[tuple[int, bytes]] = []
        self.refused: list[tuple[int, bytes]] = []

    def told(self, change: Change, *, is_written: bool) -> None:
        (self.written if is_written else self.refused).append((change.generation, change.head))


def follow(snapshot: BucketSnapshot, head: bytes, *, leap: int = 1, leaf: int = 2, item: bytes | None = None) -> Change:
    assert snapshot.seen is not None
    items = {} if item is None else {name_of(item): item}
    leaves = {} if item is None else {leaf: name_of(item)}
    return Change(head, snapshot.seen.manifest.generation + leap, items, leaves=leaves)


def write(store: S3Store, log: Log, name: bytes, make: Callable[[BucketSnapshot, bytes], Change]) -> bool:
    """Write as the vault does, again on the newer state; False where nobody knows whether it was written."""
    for attempt in range(9):
        with store.write() as snapshot:
            change = make(snapshot, b"%b, attempt %d" % (name, attempt))
            try:
                is_written = store.commit(change, snapshot.head())
            except OutcomeUnknown:
                return False
            except VaultBusy:
                continue
        log.told(change, is_written=is_written)
        if is_written:
            return True
    raise AssertionError("others were quicker nine times")


def writer(memory: MemoryBucket, log: Log, place: int) -> Act:
    def act(send: Send) -> None:
        store = open_store(memory, send=send, one_by_one=True)
        name = b"writer %d" % place
        write(store, log, name, lambda seen, head: follow(seen, head, leaf=2 + place, item=name))

    return act


def restorer(memory: MemoryBucket, log: Log, _: int) -> Act:
    """Bring the old item back, as part of a state that leaps; it is there still, or comes from the backup."""

    def act(send: Send) -> None:
        store = open_store(memory, send=send, one_by_one=True)

        def make(seen: BucketSnapshot, head: bytes) -> Change:
            change = follow(seen, head, leap=LEAP, leaf=1, item=OLD)
            return change._replace(items={} if name_of(OLD) in set(seen.item_digests()) else change.items)

        write(store, log, b"restored", make)

    return act


def needed(snapshot: BucketSnapshot) -> set[bytes]:
    return {leaf[at : at + 32] for _, leaf in snapshot.leaves() for at in range(0, len(leaf), 32)}


def tidier(memory: MemoryBucket, log: Log, _: int) -> Act:
    def act(send: Send) -> None:
        store = open_store(memory, send=send, one_by_one=True)
        if not write(store, log, b"tidied", follow):
            return
        with store.read() as snapshot:
            snapshot.tidy(needed(snapshot))

    return act


def check(memory: MemoryBucket, log: Log) -> None:
    """Hold what is there to what was told, and read all that the state leads to."""
    memory.later(hours=2)
    with open_store(memory, one_by_one=True).read() as snapshot:
        for generation, head in log.written:
            assert snapshot.past_head(generation) == head
        for generation, head in log.refused:
            assert snapshot.past_head(generation) != head
        assert (snapshot.tree(), snapshot.roster()) == (b"tree", (b"one",))
        wanted = needed(snapshot)
        assert {name for name, item in snapshot.items(wanted) if name_of(item) == name} == wanted
        assert name_of(STAYS) in wanted


def is_put(request: Request) -> bool:
    return request.method == "PUT"


def is_deletion(request: Request) -> bool:
    return request.method == "DELETE"


# Who is at it, how many requests go wrong, and which may. With more, there are minutes of runs.
ACTS: dict[str, tuple[list[Callable[..., Act]], int, Callable[[Request], bool]]] = {
    "two writers": ([writer, writer], 1, is_put),
    "a writer and a backup": ([writer, restorer], 1, is_put),
    "a writer and a tidying": ([writer, tidier], 1, is_deletion),
    "a tidying and a backup": ([tidier, restorer], 1, is_deletion),
}


@pytest.mark.parametrize("which", ACTS)
def test_what_was_acknowledged_is_there_and_nothing_live_is_deleted(which: str) -> None:
    makers, faults, may_fail = ACTS[which]

    def run(choices: Choices) -> None:
        memory, log = founded(), Log()
        acts = [make(memory, log, place) for place, make in enumerate(makers)]
        interleave(memory, acts, choices, matters=of_head_and_old_item, faults=faults, may_fail=may_fail)
        check(memory, log)

    assert all_runs(run) > 100


def test_a_tidying_deletes_the_dropped_item() -> None:
    """Or the runs above would prove nothing of it."""
    memory, log = founded(), Log()
    interleave(memory, [tidier(memory, log, 0)], Choices(()), matters=of_head_and_old_item)
    assert not [key for key in memory.objects if key.endswith(name_of(OLD).hex())]
