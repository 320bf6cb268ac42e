"""The file of what this machine has seen in a vault's trash. It holds no name: record ids stand in the vault as well.

"NXB2" | looked 8 | counted 8 | earliest 8 | entries × (record id 16 | first seen 8 | overview 32) | the first 16 bytes
of the SHA-256 of it all; times in ms, big-endian. Of a file in which this is not right nothing is believed: the days
count from now on again.
"""

import struct
from pathlib import Path

from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model.sha256 import sha256
from nexcred.vault.seen_trash import Days, Sighting, Sightings

NAME = "trash"
_LARGEST = 256 * 1024 * 1024
_MAGIC = b"NXB2"
_FRONT = struct.Struct(">4s3Q")
_ENTRY = struct.Struct(">16sQ32s")
_CHECK_BYTES = 16


def earliest_in(folder: Path) -> tuple[Days, int] | None:
    """Return the days until the last look, and the earliest time; None where nothing is remembered."""
    front = read_plain_file(folder / NAME, _FRONT.size) or b""
    if len(front) < _FRONT.size or not front.startswith(_MAGIC):
        return None
    _, looked_ms, counted_ms, earliest_ms = _FRONT.unpack(front)
    return Days(looked_ms, counted_ms), earliest_ms


def read_trash(folder: Path) -> Sightings | None:
    """Return what is remembered; None where nothing is."""
    data = read_plain_file(folder / NAME, _LARGEST) or b""
    body = data[:-_CHECK_BYTES]
    entries = body[_FRONT.size :]
    if not body.startswith(_MAGIC) or data[-_CHECK_BYTES:] != _check(body) or len(entries) % _ENTRY.size:
        return None
    _, looked_ms, counted_ms, _ = _FRONT.unpack_from(body)
    records = {key: Sighting(first_ms, overview) for key, first_ms, overview in _ENTRY.iter_unpack(entries)}
    return Sightings(Days(looked_ms, counted_ms), records)


def write_trash(folder: Path, seen: Sightings) -> None:
    """Put it in the place of what there is, or end it; raise OSError, StoreFailed. Call it under the folder's lock."""
    if not seen.records:
        (folder / NAME).unlink(missing_ok=True)
        return
    earliest_ms = min(one.first_ms for one in seen.records.values())
    entries = (_ENTRY.pack(key, one.first_ms, one.overview) for key, one in sorted(seen.records.items()))
    body = _FRONT.pack(_MAGIC, *seen.days, earliest_ms) + b"".join(entries)
    replace_file(folder / NAME, body + _check(body), is_durable=False)


def _check(body: bytes) -> bytes:
    return sha256(body)[:_CHECK_BYTES]
