"""The object `head`, the only one that is overwritten: which objects the present vault is made of.

"NXM1" | incarnation 16 | heads | logs | parts
heads   count 1 | count × (generation 8 | length 2 | sealed head), by rising generation, all of one block of 64
logs    count 1 | count × block 8, rising: the earlier blocks whose heads lie in an object each
parts   260 × (name 16 | size 4): of tree, access, chain, roster and the leaves 0 to 255; zeros where there is none
Big-endian. A block is a generation divided by 64.
"""

import struct
from collections.abc import Iterable, Mapping
from itertools import pairwise

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.vault.bounds import HEAD
from nexcred.vault.store import HEADS_KEPT

MAGIC = b"NXM1"
NAME_BYTES = 16
BLOCK = 64
MOST_LOGS = HEADS_KEPT // BLOCK
LEAVES = 256
# The names of what is not a leaf stand before those of the leaves.
TABLES = ("tree", "access", "chain", "roster")
_PARTS = len(TABLES) + LEAVES
_HEAD = struct.Struct(">QH")
_LOG = struct.Struct(">Q")
_PART = struct.Struct(">16sI")
MOST_LOG_BYTES = 1 + BLOCK * (_HEAD.size + HEAD.row)
MOST_BYTES = len(MAGIC) + NAME_BYTES + MOST_LOG_BYTES + 1 + MOST_LOGS * _LOG.size + _PARTS * _PART.size


class NotManifest(ValueError):
    """These bytes are no manifest, or not a whole one."""


class BucketPart(NamedTuple):
    """One object of the present vault: its name, and how many bytes it has."""

    name: bytes

    def __repr__(self) -> str:
        return repr_of(self, "size")

    size: int


NO_PART = BucketPart(bytes(NAME_BYTES), 0)


class BucketManifest(NamedTuple):
    """`heads` are those of the present block by generation, the newest of which counts; `parts` are 260."""

    incarnation: bytes
    heads: tuple[tuple[int, bytes], ...]
    logs: tuple[int, ...]
    parts: tuple[BucketPart, ...]

    def __repr__(self) -> str:
        return repr_of(self)

    @property
    def generation(self) -> int:
        return self.heads[-1][0]

    @property
    def head(self) -> bytes:
        return self.heads[-1][1]

    @property
    def block(self) -> int:
        return self.generation // BLOCK

    @property
    def tables(self) -> dict[str, BucketPart]:
        return dict(zip(TABLES, self.parts, strict=False))

    @property
    def leaves(self) -> dict[int, BucketPart]:
        """The leaves that are not empty."""
        return {index: part for index, part in enumerate(self.parts[len(TABLES) :]) if part != NO_PART}

    def with_parts(self, tables: Mapping[str, BucketPart], leaves: Mapping[int, BucketPart]) -> "BucketManifest":
        parts = list(self.parts)
        for table, part in tables.items():
            parts[TABLES.index(table)] = part
        for index, part in leaves.items():
            parts[len(TABLES) + index] = part
        return self._replace(parts=tuple(parts))

    def followed_by(self, generation: int, head: bytes) -> "BucketManifest":
        """Return the manifest under a new head; the heads of a block that has ended lie in its log from now on."""
        if generation // BLOCK == self.block:
            return self._replace(heads=(*self.heads, (generation, head)))
        logs = (*self.logs, self.block)[-MOST_LOGS:]
        return self._replace(heads=((generation, head),), logs=logs)


def first_manifest(incarnation: bytes, heads: Mapping[int, bytes]) -> tuple[BucketManifest, dict[int, bytes]]:
    """Return the manifest of a vault that holds nothing yet but its heads, and the logs of those of earlier blocks."""
    blocks: dict[int, list[tuple[int, bytes]]] = {}
    for generation, head in sorted(heads.items()):
        blocks.setdefault(generation // BLOCK, []).append((generation, head))
    *earlier, present = sorted(blocks)
    logs = {block: encode_heads(blocks[block]) for block in earlier[-MOST_LOGS:]}
    return BucketManifest(incarnation, tuple(blocks[present]), tuple(logs), (NO_PART,) * _PARTS), logs


def encode(manifest: BucketManifest) -> bytes:
    parts = [MAGIC, manifest.incarnation, encode_heads(manifest.heads), bytes([len(manifest.logs)])]
    parts += [_LOG.pack(block) for block in manifest.logs]
    return b"".join((*parts, *(_PART.pack(*part) for part in manifest.parts)))


def encode_heads(heads: Iterable[tuple[int, bytes]]) -> bytes:
    """Return what a log holds, and a manifest of its own block."""
    listed = tuple(heads)
    return bytes([len(listed)]) + b"".join(_HEAD.pack(number, len(head)) + head for number, head in listed)


def decode(data: bytes) -> BucketManifest:
    """Return the manifest; raise NotManifest unless `data` is exactly what `encode` makes."""
    reader = _ManifestReader(data)
    if reader.take(len(MAGIC)) != MAGIC:
        raise NotManifest
    incarnation, heads = reader.take(NAME_BYTES), _heads(reader)
    logs = tuple(_LOG.unpack(reader.take(_LOG.size))[0] for _ in range(reader.take(1)[0]))
    parts = tuple(BucketPart(*part) for part in _PART.iter_unpack(reader.take(_PARTS * _PART.size)))
    rises = all(older < newer for older, newer in pairwise((*logs, heads[-1][0] // BLOCK)))
    if reader.rest or not rises or len(logs) > MOST_LOGS:
        raise NotManifest
    return BucketManifest(incarnation, heads, logs, parts)


def decode_heads(data: bytes) -> dict[int, bytes]:
    """Return the heads of a log by generation; raise NotManifest."""
    reader = _ManifestReader(data)
    heads = _heads(reader)
    if reader.rest:
        raise NotManifest
    return dict(heads)


def _heads(reader: "_ManifestReader") -> tuple[tuple[int, bytes], ...]:
    heads = []
    for _ in range(reader.take(1)[0]):
        generation, length = _HEAD.unpack(reader.take(_HEAD.size))
        heads.append((generation, reader.take(length)))
    numbers = [number for number, _ in heads]
    if not heads or numbers != sorted(set(numbers)) or numbers[0] // BLOCK != numbers[-1] // BLOCK:
        raise NotManifest
    return tuple(heads)


class _ManifestReader:
    """Takes bytes from the front; raises NotManifest when they run out."""

    def __init__(self, data: bytes) -> None:
        self.rest = data

    def take(self, count: int) -> bytes:
        taken, self.rest = self.rest[:count], self.rest[count:]
        if len(taken) != count:
            raise NotManifest
        return taken
