"""Read records by their digests, which the bytes must match."""

from collections.abc import Iterable, Iterator

from nexcred.errors import Tampered
from nexcred.vault.primitives import digest
from nexcred.vault.store import Snapshot


def fetch(snapshot: Snapshot, wanted: bytes) -> bytes:
    """Return the record with this digest; raise Tampered when it is missing or its bytes do not match."""
    record = snapshot.item(wanted)
    if record is None:
        raise Tampered("a record of the vault is missing")
    if digest(record) != wanted:
        raise Tampered("a record of the vault was changed")
    return record


def fetch_many(snapshot: Snapshot, wanted: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield digest and record of each of these, in any order; raise Tampered when one is missing or changed."""
    missing = set(wanted)
    for name, record in snapshot.items(tuple(missing)):
        if digest(record) != name or name not in missing:
            raise Tampered("a record of the vault was changed")
        missing.discard(name)
        yield name, record
    if missing:
        raise Tampered("a record of the vault is missing")
