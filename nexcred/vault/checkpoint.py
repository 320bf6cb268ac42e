"""The line by which one machine tells another how far a vault has come: for NEXCRED_CHECKPOINT, and `vault compare`.

"NEXCRED-CHECK-1" base32(vault_id 16 ‖ generation 8 ‖ head hash 32 ‖ floor ‖ check 4), the floor as in an identity.
"""

import struct

from nexcred.errors import InvalidData
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.checked_text import decode_checked, encode_checked
from nexcred.vault.floor import Floor, read_floor, write_floor

CHECKPOINT_PREFIX = "NEXCRED-CHECK-1"
_FRONT = struct.Struct(">16sQ32s")


class Checkpoint(NamedTuple):
    """A state of a vault, which every later one must descend from."""

    vault_id: bytes
    generation: int
    head_hash: bytes
    floor: Floor


def write_checkpoint(checkpoint: Checkpoint) -> str:
    front = _FRONT.pack(checkpoint.vault_id, checkpoint.generation, checkpoint.head_hash)
    return CHECKPOINT_PREFIX + encode_checked(front + write_floor(checkpoint.floor))


def read_checkpoint(text: str) -> Checkpoint:
    """Raise InvalidData for anything else than such a line."""
    upper = text.strip().upper()
    body = upper.removeprefix(CHECKPOINT_PREFIX)
    raw = None if body == upper else decode_checked(body)
    floor = None if raw is None or len(raw) < _FRONT.size else read_floor(raw[_FRONT.size :])
    if raw is None or floor is None:
        raise InvalidData(
            f"a checkpoint has the form {CHECKPOINT_PREFIX}… and a check sum",
            hint="print it on a machine that knows the vault, with: nexcred vault checkpoint",
        )
    vault_id, generation, head_hash = _FRONT.unpack_from(raw)
    return Checkpoint(vault_id, generation, head_hash, floor)
