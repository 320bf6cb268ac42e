"""Deleting what no state of a vault needs any more. Nothing else deletes, and only what an owner proved to be unneeded.

Who calls it has written a head of their own first, so that no write in flight still fits, and has followed all that the
state leads to. What later writes need is younger than that head, or was needed by it: no name is used twice. So what
goes is what was older than a day then, and has been unneeded for an hour, for those who still read what was before.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from nexcred.errors import StoreFailed, Tampered
from nexcred.stores.s3 import objects
from nexcred.stores.s3.client import Bucket
from nexcred.stores.s3.listing import Listed
from nexcred.stores.s3.snapshot import SeenManifest, look
from nexcred.vault.store import Tidied

YOUNGEST = timedelta(days=1)
LINGERING = timedelta(hours=1)
_MOST_NOTE_BYTES = 64 * 1024 * 1024


def tidy(bucket: Bucket, seen: SeenManifest, needed: Collection[bytes], quiet_since: datetime | None) -> Tidied:
    """Delete what neither the manifest names nor `needed` has, as far as it may go by now.

    `quiet_since` is when the state before the caller's own head was written, None where others wrote meanwhile.
    """
    now = look(bucket)  # others may have written by now, which a day leaves room for
    if now is None or now.modified is None or now.date is None:
        raise StoreFailed(f"{bucket.place} does not say when its objects were written, by which tidying goes")
    written_at, asked_at = now.modified, now.date
    waiting = _unneeded(bucket, seen, needed)
    note = objects.unneeded(seen.manifest.incarnation)
    noted, noted_at = _read_note(bucket, note)
    is_note_old = noted_at is not None and noted_at <= asked_at - LINGERING
    is_quiet = quiet_since is not None and quiet_since <= asked_at - LINGERING
    going = [
        one
        for one in waiting
        if one.modified is not None
        and one.modified < written_at - YOUNGEST
        and (is_quiet or (is_note_old and one.name in noted))
    ]
    bucket.together(bucket.delete, [one.name for one in going])
    gone = {one.name for one in going}
    left = [one.name for one in waiting if one.name not in gone]
    if (noted_at is None or is_note_old) and (left or noted):
        bucket.put(note, "\n".join(left).encode())
    return Tidied(len(going), sum(one.size for one in going), len(left))


def _unneeded(bucket: Bucket, seen: SeenManifest, needed: Collection[bytes]) -> list[Listed]:
    named = frozenset(_named(seen, needed))
    return [one for one in bucket.listed("") if objects.is_own(one.name) and one.name not in named]


def _named(seen: SeenManifest, needed: Collection[bytes]) -> Iterator[str]:
    manifest = seen.manifest
    incarnation = manifest.incarnation
    yield objects.unneeded(incarnation)
    yield from (objects.part(incarnation, part.name) for part in manifest.parts)
    yield from (objects.log(incarnation, block) for block in manifest.logs)
    yield from (objects.item(incarnation, digest) for digest in needed)


def _read_note(bucket: Bucket, note: str) -> tuple[frozenset[str], datetime | None]:
    try:
        found = bucket.get(note, _MOST_NOTE_BYTES)
    except Tampered:
        return frozenset(), None
    if found is None:
        return frozenset(), None
    return frozenset(found.body.decode("ascii", "replace").splitlines()), found.modified
