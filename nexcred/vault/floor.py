"""The floor of an identity or a checkpoint: a roster that the vault's must extend, and the names that a guest opens.

So a machine that remembers nothing, such as a CI job, is not shown a vault from before somebody was removed.
"""

import struct
from collections.abc import Iterable

from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.primitives import DIGEST_BYTES, digest, label

PAIR_BYTES = 16
MOST_PAIRS = 0xFFFF
_FLOOR = struct.Struct(">I32sH")


class Floor(NamedTuple):
    """A roster's length and the hash of its last entry. `pairs` stand for the names and records that a guest opens."""

    roster_length: int
    roster_hash: bytes
    pairs: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return f"Floor({self.roster_length})"

    def with_pairs(self, pairs: Iterable[bytes]) -> "Floor":
        return self._replace(pairs=tuple(dict.fromkeys((*self.pairs, *pairs)))[:MOST_PAIRS])


def pair_of(vault_id: bytes, record_id: bytes, folded_name: str) -> bytes:
    """Hash a name and the record that it leads to, so that neither shows; 16 bytes."""
    return digest(label("floor"), vault_id, record_id, folded_name.encode(errors="surrogatepass"))[:PAIR_BYTES]


def write_floor(floor: Floor) -> bytes:
    return _FLOOR.pack(floor.roster_length, floor.roster_hash, len(floor.pairs)) + b"".join(floor.pairs)


def read_floor(raw: bytes) -> Floor | None:
    """Undo `write_floor`; None for any other form."""
    if len(raw) < _FLOOR.size:
        return None
    length, last_hash, count = _FLOOR.unpack_from(raw)
    pairs = raw[_FLOOR.size :]
    if len(pairs) != count * PAIR_BYTES or len(last_hash) != DIGEST_BYTES or not length:
        return None
    return Floor(length, last_hash, tuple(pairs[at : at + PAIR_BYTES] for at in range(0, len(pairs), PAIR_BYTES)))
