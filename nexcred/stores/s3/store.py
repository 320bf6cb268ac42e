"""A vault in a bucket: sealed objects that are written once, and one head that leads to them."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain

from nexcred.errors import Tampered, VaultNotFound
from nexcred.stores.s3 import objects
from nexcred.stores.s3.client import Bucket
from nexcred.stores.s3.conditions import prove_conditions
from nexcred.stores.s3.kept_parts import KeptParts
from nexcred.stores.s3.manifest import NAME_BYTES, NO_PART, BucketManifest, BucketPart, encode_heads, first_manifest
from nexcred.stores.s3.moving import moved
from nexcred.stores.s3.publish import publish
from nexcred.stores.s3.snapshot import BucketSnapshot, SeenManifest, look
from nexcred.stores.shared_place import refuse_slots
from nexcred.stores.tables.as_bytes import encode_rows
from nexcred.vault.bounds import readable_items, refuse_many_names, refuse_unreadable
from nexcred.vault.store import HEADS_KEPT, Change

# For how long what was just seen is what a write begins with: the condition of its last step holds it to that.
_FRESH_S = 10.0
_BATCH_BYTES = 16 * 1024 * 1024
_BATCH = 64


class S3Store:
    """Speaks `vault.store.Store`. Writers hold no lock: who was quicker is settled by the last step of each write."""

    path = None
    can_ask = False
    keeps_slots = False
    keeps_states = False
    caveats = ()

    def __init__(self, bucket: Bucket, kept: KeptParts) -> None:
        self._bucket = bucket
        self._kept = kept
        self._writing: BucketSnapshot | None = None
        # What the next reading begins with, once: it was seen, or written, a moment ago.
        self._handed: tuple[float, SeenManifest] | None = None
        self._last: tuple[float, SeenManifest] | None = None
        # When the head was written that this process last wrote over.
        self._quiet: tuple[bytes, datetime | None] = (b"", None)

    @property
    def location(self) -> str:
        return self._bucket.place

    def exists(self) -> bool:
        seen = look(self._bucket)
        if seen is not None:
            self._handed = self._bucket.clock(), seen
        return seen is not None

    @contextmanager
    def read(self) -> Iterator[BucketSnapshot]:
        seen = self._take_handed() or look(self._bucket)
        if seen is None:
            raise VaultNotFound(f"there is no vault at {self.location}", hint="make one with: nexcred vault init")
        self._last = self._bucket.clock(), seen
        yield self._snapshot(seen)

    def hand_on(self) -> None:
        """Let the next reading begin with what the last one saw, unless that is long ago."""
        self._handed = self._last

    @contextmanager
    def write(self) -> Iterator[BucketSnapshot]:
        if self._writing is not None:
            raise RuntimeError("this store is being written to already")
        self._handed = None
        self._writing = self._snapshot(self._take_last() or look(self._bucket))
        try:
            yield self._writing
        finally:
            self._writing = None

    def close(self) -> None:
        """Do nothing: connections are the bucket's, and end with it."""

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        snapshot = self._writing
        if snapshot is None:
            raise RuntimeError("commit is called inside write()")
        self._last = self._handed = None
        seen = snapshot.seen
        if snapshot.head() != expected_head:
            return False
        if seen is not None and change.generation <= seen.manifest.generation:
            raise Tampered(f"the vault at {self.location} has a head under a generation that is not its own")
        refuse_slots(change, self.location)
        _refuse_what_cannot_be(change, None if seen is None or change.past_heads is not None else seen.manifest)
        if seen is None:
            prove_conditions(self._bucket)
        written = publish(self._bucket, self._lay(change, snapshot), seen, self._past_head)
        if written is None:
            return False
        self._quiet = change.head, None if seen is None else seen.modified
        self._writing = self._snapshot(written)
        self._handed = self._bucket.clock(), written
        return True

    def _lay(self, change: Change, snapshot: BucketSnapshot) -> BucketManifest:
        """Write all that the new head is to lead to, and return its manifest: nothing leads there yet."""
        seen = snapshot.seen
        logs: dict[int, bytes] = {}
        others: Iterable[tuple[str, bytes]] = ()
        if seen is None or change.past_heads is not None:
            manifest, logs = first_manifest(_chance(), change.heads(HEADS_KEPT))
        elif change.generation != seen.manifest.generation + 1:
            manifest, others = moved(snapshot, change)
        else:
            manifest = seen.manifest.followed_by(change.generation, change.head)
        if seen is not None and change.past_heads is None and manifest.block != seen.manifest.block:
            logs[seen.manifest.block] = encode_heads(seen.manifest.heads)
        tables, leaves = _parts_of(change)
        new = {part: data for part, data in (*tables.values(), *leaves.values()) if part.size}
        logged = ((objects.log(manifest.incarnation, block), data) for block, data in logs.items())
        parts = ((objects.part(manifest.incarnation, part.name), data) for part, data in new.items())
        items = ((objects.item(manifest.incarnation, name), data) for name, data in readable_items(change.items))
        self._put(chain(logged, parts, items, others))
        self._kept.keep(new)
        return manifest.with_parts(
            {table: part for table, (part, _) in tables.items()}, {index: part for index, (part, _) in leaves.items()}
        )

    def _put(self, named: Iterable[tuple[str, bytes]]) -> None:
        """Write these objects, several at a time, and never many bytes at once."""
        batch: list[tuple[str, bytes]] = []
        for one in named:
            batch.append(one)
            if len(batch) == _BATCH or sum(len(data) for _, data in batch) >= _BATCH_BYTES:
                self._bucket.together(lambda one: self._bucket.put(*one), batch)
                batch = []
        self._bucket.together(lambda one: self._bucket.put(*one), batch)

    def _past_head(self, seen: SeenManifest, generation: int) -> bytes | None:
        return self._snapshot(seen).past_head(generation)

    def _take_handed(self) -> SeenManifest | None:
        handed, self._handed = self._handed, None
        return self._if_fresh(handed)

    def _take_last(self) -> SeenManifest | None:
        last, self._last = self._last, None
        return self._if_fresh(last)

    def _if_fresh(self, noted: tuple[float, SeenManifest] | None) -> SeenManifest | None:
        return noted[1] if noted is not None and self._bucket.clock() < noted[0] + _FRESH_S else None

    def _snapshot(self, seen: SeenManifest | None) -> BucketSnapshot:
        quiet_since = self._quiet[1] if seen is not None and seen.manifest.head == self._quiet[0] else None
        return BucketSnapshot(self._bucket, seen, self._kept, quiet_since)


def _chance() -> bytes:
    return secrets.token_bytes(NAME_BYTES)


def _parts_of(change: Change) -> tuple[dict[str, tuple[BucketPart, bytes]], dict[int, tuple[BucketPart, bytes]]]:
    """Return what a change replaces, under new names."""
    tables = {} if change.tree is None else {"tree": change.tree}
    for table, rows in (("access", change.access), ("chain", change.chain), ("roster", change.roster)):
        if rows is not None:
            tables[table] = encode_rows(rows)
    return (
        {table: (BucketPart(_chance(), len(data)), data) for table, data in tables.items()},
        {index: (BucketPart(_chance(), len(data)) if data else NO_PART, data) for index, data in change.leaves.items()},
    )


def _refuse_what_cannot_be(change: Change, manifest: BucketManifest | None) -> None:
    """Raise InvalidData for what would not be read back."""
    refuse_unreadable(change)
    sizes = {} if manifest is None else {index: part.size for index, part in manifest.leaves.items()}
    refuse_many_names(sum((sizes | {index: len(leaf) for index, leaf in change.leaves.items()}).values()))
