"""A vault in a bucket: sealed objects that are written once, and one head that leads to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from nexcred.errors import Tampered, VaultNotFound
from nexcred.stores.s3.client import Bucket
from nexcred.stores.s3.kept_parts import KeptParts
from nexcred.stores.s3.snapshot import BucketSnapshot, SeenManifest, look
from nexcred.stores.shared_place import refuse_slots
from nexcred.vault.store import MAKE_ONE, Change

# For how long what was just seen is what a write begins with: the condition of its last step holds it to that.
_FRESH_S = 10.0


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
            raise VaultNotFound(f"there is no vault at {self.location}", hint=MAKE_ONE)
        self._last = self._bucket.clock(), seen
        yield self._snapshot(seen)

    def hand_on(self) -> None:
        """Let the next reading begin with what the one in hand saw, unless that is long ago by then."""
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
        from nexcred.stores.s3.laying import lay, refuse_what_cannot_be  # which only writers need
        from nexcred.stores.s3.publish import publish

        refuse_what_cannot_be(change, None if seen is None or change.past_heads is not None else seen.manifest)
        if seen is None:
            from nexcred.stores.s3.conditions import prove_conditions

            prove_conditions(self._bucket)
        manifest = lay(change, snapshot, self._bucket, self._kept)
        written = publish(self._bucket, manifest, seen, self._past_head)
        if written is None:
            return False
        self._quiet = change.head, None if seen is None else seen.modified
        self._writing = self._snapshot(written)
        self._handed = self._bucket.clock(), written
        return True

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
