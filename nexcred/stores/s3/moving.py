"""A state that leaps, as of a backup brought back, begins a new folder in the bucket: an incarnation of the vault.

It may bring items back that were there before, and that a tidying is about to delete: whatever is asked of the former
folder by then, however late it arrives, finds nothing of the new one.
"""

import secrets
from collections.abc import Collection, Iterator
from itertools import islice

from nexcred.errors import VaultBusy
from nexcred.stores.s3 import objects
from nexcred.stores.s3.manifest import NAME_BYTES, NO_PART, BucketManifest, BucketPart
from nexcred.stores.s3.snapshot import BucketSnapshot
from nexcred.vault.store import Change

_CHUNK = 64


def moved(snapshot: BucketSnapshot, change: Change) -> tuple[BucketManifest, Iterator[tuple[str, bytes]]]:
    """Return the manifest under the new head, and by their new names the objects that stay."""
    assert snapshot.seen is not None
    incarnation = secrets.token_bytes(NAME_BYTES)
    old = snapshot.seen.manifest.followed_by(change.generation, change.head)
    names = {part: BucketPart(secrets.token_bytes(NAME_BYTES), part.size) for part in old.parts if part.size}
    parts = tuple(names.get(part, NO_PART) for part in old.parts)
    return old._replace(incarnation=incarnation, parts=parts), _staying(snapshot, change, incarnation, names)


def _staying(
    snapshot: BucketSnapshot, change: Change, incarnation: bytes, names: dict[BucketPart, BucketPart]
) -> Iterator[tuple[str, bytes]]:
    for block, data in snapshot.past_logs().items():
        yield objects.log(incarnation, block), data
    for part, data in snapshot.all_parts().items():
        if part in names:
            yield objects.part(incarnation, names[part].name), data
    for digest, data in _items(snapshot, set(change.dropped_items) | set(change.items)):
        yield objects.item(incarnation, digest), data


def _items(snapshot: BucketSnapshot, others: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
    wanted = (digest for digest in snapshot.item_digests() if digest not in others)
    while chunk := list(islice(wanted, _CHUNK)):
        found = dict(snapshot.items(chunk))
        if len(found) != len(chunk):
            raise VaultBusy("the vault was tidied meanwhile; nothing was written", hint="try again")
        yield from found.items()
