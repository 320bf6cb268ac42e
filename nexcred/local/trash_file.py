"""The file of what this machine has seen in a vault's trash. It holds no name: record ids stand in the vault as well.

"NXB1" | earliest 8 | entries × (record id 16 | first seen 8, ms | overview 32) | the first 16 bytes of the SHA-256 of
it all; big-endian. Of a file in which this is not right nothing is believed: the days count from now on again.
"""

import struct
from collections.abc import Mapping
from pathlib import Path

from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model.sha256 import sha256
from nexcred.vault.seen_trash import Sighting

NAME = "trash"
_LARGEST = 256 * 1024 * 1024
_MAGIC = b"NXB1"
_FRONT = struct.Struct(">4sQ")
_ENTRY = struct.Struct(">16sQ32s")
_CHECK_BYTES = 16


def earliest_in(folder: Path) -> int | None:
    """Return the earliest time; None where nothing is remembered."""
    front = read_plain_file(folder / NAME, _FRONT.size) or b""
    if len(front) < _FRONT.size or not front.startswith(_MAGIC):
        return None
    return int(_FRONT.unpack(front)[1])


def read_trash(folder: Path) -> dict[bytes, Sighting]:
    data = read_plain_file(folder / NAME, _LARGEST) or b""
    body = data[:-_CHECK_BYTES]
    entries = body[_FRONT.size :]
    if not body.startswith(_MAGIC) or data[-_CHECK_BYTES:] != _check(body) or len(entries) % _ENTRY.size:
        return {}
    return {key: Sighting(first_ms, overview) for key, first_ms, overview in _ENTRY.iter_unpack(entries)}


def write_trash(folder: Path, seen: Mapping[bytes, Sighting]) -> None:
    """Put it in the place of what there is, or end it; raise OSError, StoreFailed. Call it under the folder's lock."""
    if not seen:
        (folder / NAME).unlink(missing_ok=True)
        return
    earliest = min(one.first_ms for one in seen.values())
    entries = (_ENTRY.pack(key, one.first_ms, one.overview) for key, one in sorted(seen.items()))
    body = _FRONT.pack(_MAGIC, earliest) + b"".join(entries)
    replace_file(folder / NAME, body + _check(body), is_durable=False)


def _check(body: bytes) -> bytes:
    return sha256(body)[:_CHECK_BYTES]
