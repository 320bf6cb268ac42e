"""One state of a vault in a bucket: its manifest, and the objects that it names."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from nexcred.errors import Tampered, VaultBusy
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.stores.s3 import objects
from nexcred.stores.s3.client import Bucket
from nexcred.stores.s3.kept_parts import KeptParts
from nexcred.stores.s3.manifest import (
    BLOCK,
    MOST_BYTES,
    MOST_LOG_BYTES,
    BucketManifest,
    BucketPart,
    NotManifest,
    decode,
    decode_heads,
)
from nexcred.stores.tables.as_bytes import NotTables, decode_rows
from nexcred.vault.bounds import ACCESS, CHAIN, LEAF, RECORD, ROSTER, TREE, Bound
from nexcred.vault.store import HEADS_KEPT, Bundle, Tidied, TidiedSnapshot

_BOUNDS = {"access": ACCESS, "chain": CHAIN, "roster": ROSTER}
_LISTS = tuple(_BOUNDS)
# Records that are asked for before the next are; each may have ten megabytes.
_CHUNK = 64


class SeenManifest(NamedTuple):
    """A manifest as it was read or written, with what names this version of it, and when it was written there."""

    manifest: BucketManifest
    data: bytes
    etag: str
    modified: datetime | None = None

    def __repr__(self) -> str:
        return repr_of(self)

    date: datetime | None = None


def look(bucket: Bucket) -> SeenManifest | None:
    """Read the manifest; None where there is none. Raises Tampered, StoreUnreachable, StoreFailed."""
    found = bucket.get(objects.HEAD, MOST_BYTES)
    if found is None:
        return None
    try:
        manifest = decode(found.body)
    except NotManifest:
        raise Tampered(f"the head of the vault at {bucket.place} is damaged, or is none of a vault") from None
    return SeenManifest(manifest, found.body, found.etag, found.modified, found.date)


class BucketSnapshot:
    """Speaks `vault.store.Snapshot`; of what is `seen` as None nothing is there yet."""

    heads_kept = HEADS_KEPT

    def __init__(
        self, bucket: Bucket, seen: SeenManifest | None, kept: KeptParts, quiet_since: datetime | None = None
    ) -> None:
        """Take when the state before was written, where this process wrote over it."""
        self._quiet_since = quiet_since
        self._bucket = bucket
        self.seen = seen
        self._kept = kept
        self._logs: dict[int, Mapping[int, bytes]] = {}
        self._bundle: Bundle | None = None
        self._has_waited = False

    def bundle(self) -> Bundle:
        if self._bundle is None:
            self._bundle = self._read_bundle()
        return self._bundle

    def _read_bundle(self) -> Bundle:
        if self.seen is None:
            return Bundle(None, (), (), (), (), b"")
        tables = self.seen.manifest.tables
        found = self._read_parts(list(tables.values()), "the tables")
        rows = {table: self._rows(found[tables[table]], _BOUNDS[table]) for table in _LISTS}
        tree = found[tables["tree"]]
        if len(tree) > TREE.row:
            raise self._damaged()
        return Bundle(self.head(), rows["access"], rows["chain"], rows["roster"], (), tree)

    def _rows(self, data: bytes, bound: Bound) -> tuple[bytes, ...]:
        try:
            return decode_rows(data, bound) if data else ()
        except NotTables:
            raise self._damaged() from None

    def head(self) -> bytes | None:
        return None if self.seen is None else self.seen.manifest.head

    def past_head(self, generation: int) -> bytes | None:
        if self.seen is None:
            return None
        manifest, block = self.seen.manifest, generation // BLOCK
        if block == manifest.block:
            return dict(manifest.heads).get(generation)
        return self._log(block).get(generation) if block in manifest.logs else None

    def _log(self, block: int) -> Mapping[int, bytes]:
        """Return the heads of a block; whoever goes far back reads twice as many blocks at once each time."""
        assert self.seen is not None
        if block not in self._logs:
            older = [one for one in reversed(self.seen.manifest.logs) if one <= block and one not in self._logs]
            blocks = older[: len(self._logs) + 1]
            self._logs |= zip(blocks, self._bucket.together(self._read_log, blocks), strict=True)
        return self._logs[block]

    def _read_log(self, block: int) -> Mapping[int, bytes]:
        assert self.seen is not None
        found = self._bucket.get(objects.log(self.seen.manifest.incarnation, block), MOST_LOG_BYTES)
        try:
            heads = {} if found is None else decode_heads(found.body)
        except NotManifest:
            raise self._damaged() from None
        return {number: head for number, head in heads.items() if number // BLOCK == block}

    def tree(self) -> bytes:
        return self.bundle().tree

    def leaf(self, index: int) -> bytes:
        part = None if self.seen is None else self.seen.manifest.leaves.get(index)
        return b"" if part is None else self._read_parts([part], "a leaf")[part]

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        leaves = {} if self.seen is None else self.seen.manifest.leaves
        if (
            any(part.size > LEAF.row for part in leaves.values())
            or sum(part.size for part in leaves.values()) > LEAF.total
        ):
            raise self._damaged()
        found = self._read_parts(list(leaves.values()), "a leaf")
        yield from ((index, found[part]) for index, part in sorted(leaves.items()))

    def access(self) -> tuple[bytes, ...]:
        return self.bundle().access

    def chain(self) -> tuple[bytes, ...]:
        return self.bundle().chain

    def roster(self) -> tuple[bytes, ...]:
        return self.bundle().roster

    def slots(self) -> tuple[bytes, ...]:
        return ()

    def item(self, digest: bytes) -> bytes | None:
        return dict(self.items([digest])).get(digest)

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        if self.seen is None:
            return
        remaining = iter(digests)
        while chunk := list(islice(remaining, _CHUNK)):
            yield from self._some_items(chunk)

    def _some_items(self, digests: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        assert self.seen is not None
        incarnation = self.seen.manifest.incarnation
        names = {digest: objects.item(incarnation, digest) for digest in digests}
        found = self._read(dict.fromkeys(names.values(), RECORD.row))
        for digest, name in names.items():
            if name in found:
                yield digest, found[name]

    def item_digests(self) -> Iterator[bytes]:
        if self.seen is None:
            return
        for listed in self._bucket.listed(objects.items_folder(self.seen.manifest.incarnation)):
            digest = objects.digest_of(listed.name)
            if digest is not None:
                yield digest

    @property
    def uncopied(self) -> "BucketSnapshot":
        """The same, of whose parts none is taken from what this machine keeps."""
        return BucketSnapshot(self._bucket, self.seen, KeptParts(None), self._quiet_since)

    @property
    def tidied(self) -> TidiedSnapshot:
        return self

    def tidy(self, needed: Collection[bytes]) -> Tidied:
        """Delete what neither this state nor `needed` names, as far as it may go; see `tidying`."""
        from nexcred.stores.s3.tidying import tidy  # which only owners come to

        assert self.seen is not None
        return tidy(self._bucket, self.seen, needed, self._quiet_since)

    def past_logs(self) -> dict[int, bytes]:
        """Return the logs of earlier blocks as they lie there."""
        assert self.seen is not None
        manifest = self.seen.manifest
        names = {block: objects.log(manifest.incarnation, block) for block in manifest.logs}
        found = self._read(dict.fromkeys(names.values(), MOST_LOG_BYTES))
        return {block: found[name] for block, name in names.items() if name in found}

    def all_parts(self) -> dict[BucketPart, bytes]:
        """Return all that the manifest names."""
        assert self.seen is not None
        return self._read_parts(list(dict.fromkeys(self.seen.manifest.parts)), "a part")

    def _read_parts(self, parts: Sequence[BucketPart], what: str) -> dict[BucketPart, bytes]:
        """Return the bytes of each, kept or read; raise Tampered for one that is missing, or has another size."""
        assert self.seen is not None
        incarnation = self.seen.manifest.incarnation
        there = [part for part in parts if part.size]
        if any(part.size > max(ROSTER.total, LEAF.row) for part in there):
            raise self._damaged()
        found = self._kept.get(there)
        missing = {objects.part(incarnation, part.name): part for part in there if part not in found}
        read = {missing[name]: data for name, data in self._read({n: p.size for n, p in missing.items()}).items()}
        if len(read) != len(missing):
            raise Tampered(f"{what} of the vault at {self._bucket.place} cannot be had: an object is missing")
        if any(len(data) != part.size for part, data in read.items()):
            raise self._damaged()
        self._kept.keep(read)
        return {part: b"" for part in parts if not part.size} | found | read

    def _read(self, sizes: Mapping[str, int]) -> dict[str, bytes]:
        """Return those objects that are there; what is missing is asked for again, for a store that is slow to show it.

        Raises VaultBusy where it is gone since somebody wrote.
        """
        found: dict[str, bytes] = {}
        for _ in self._tries():
            missing = [name for name in sizes if name not in found]
            read = self._bucket.together(lambda name: self._bucket.get(name, sizes[name]), missing)
            found |= {name: one.body for name, one in zip(missing, read, strict=True) if one is not None}
            if len(found) == len(sizes):
                return found
            self._refuse_overtaken()
        return found

    def _tries(self) -> Iterator[None]:
        """Yield for each try to find what is missing; waiting for it once is enough for a snapshot."""
        yield
        if not self._has_waited:
            self._has_waited = True
            yield from self._bucket.waits(self._bucket.missing_s)

    def _refuse_overtaken(self) -> None:
        now = look(self._bucket)
        if now is None or self.seen is None or now.data == self.seen.data:
            return
        raise VaultBusy(
            f"the vault at {self._bucket.place} was written to while it was read, and tidied", hint="try again"
        )

    def _damaged(self) -> Tampered:
        return Tampered(f"the vault at {self._bucket.place} is damaged: an object has the wrong form or size")
