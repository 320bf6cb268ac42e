"""All that a new head is to lead to, written before it: nothing leads there yet."""

import secrets
from collections.abc import Iterable
from itertools import chain

from nexcred.stores.s3 import objects
from nexcred.stores.s3.client import Bucket
from nexcred.stores.s3.kept_parts import KeptParts
from nexcred.stores.s3.manifest import NAME_BYTES, NO_PART, BucketManifest, BucketPart, encode_heads, first_manifest
from nexcred.stores.s3.moving import moved
from nexcred.stores.s3.snapshot import BucketSnapshot
from nexcred.stores.tables.as_bytes import encode_rows
from nexcred.vault.bounds import readable_items, refuse_many_names, refuse_unreadable
from nexcred.vault.store import HEADS_KEPT, Change

_BATCH_BYTES = 16 * 1024 * 1024
_BATCH = 64


def lay(change: Change, snapshot: BucketSnapshot, bucket: Bucket, kept: KeptParts) -> BucketManifest:
    """Write all that the new head is to lead to, and return its manifest."""
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
    _put(bucket, chain(logged, parts, items, others))
    kept.keep(new)
    return manifest.with_parts(
        {table: part for table, (part, _) in tables.items()}, {index: part for index, (part, _) in leaves.items()}
    )


def _put(bucket: Bucket, named: Iterable[tuple[str, bytes]]) -> None:
    """Write these objects, several at a time, and never many bytes at once."""
    batch: list[tuple[str, bytes]] = []
    for one in named:
        batch.append(one)
        if len(batch) == _BATCH or sum(len(data) for _, data in batch) >= _BATCH_BYTES:
            bucket.together(lambda one: bucket.put(*one), batch)
            batch = []
    bucket.together(lambda one: bucket.put(*one), batch)


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


def refuse_what_cannot_be(change: Change, manifest: BucketManifest | None) -> None:
    """Raise InvalidData for what would not be read back."""
    refuse_unreadable(change)
    sizes = {} if manifest is None else {index: part.size for index, part in manifest.leaves.items()}
    refuse_many_names(sum((sizes | {index: len(leaf) for index, leaf in change.leaves.items()}).values()))
