"""The line by which somebody joins a vault: where it is, which one it is, and how far it has come.

"NEXCRED-JOIN-1" base32(vault_id 16 ‖ generation 8 ‖ head hash 32 ‖ URL length 2 ‖ URL in UTF-8 ‖ floor ‖ check 4),
the floor as in an identity, without pairs; big-endian.
"""

import struct

from nexcred.errors import InvalidData
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.checked_text import decode_checked, encode_checked
from nexcred.vault.checkpoint import Checkpoint
from nexcred.vault.floor import read_floor, write_floor
from nexcred.vault.identity import NO_VAULT

INVITATION_PREFIX = "NEXCRED-JOIN-1"
MOST_URL_BYTES = 2048
# More writes than any vault has: a line beyond would make every state of it look old for ever.
_MOST_WRITES = 2**48
_LONGEST = 4096
_FRONT = struct.Struct(">16sQ32sH")


class Invitation(NamedTuple):
    """A vault, as whoever invites saw it last: every state that is believed descends from this one."""

    url: str
    checkpoint: Checkpoint

    def __repr__(self) -> str:
        return f"Invitation({self.checkpoint.vault_id.hex()})"


def write_invitation(invitation: Invitation) -> str:
    """Raise InvalidData for a URL that is too long."""
    seen, url = invitation.checkpoint, invitation.url.encode()
    if len(url) > MOST_URL_BYTES:
        raise InvalidData(f"the place of the vault is longer than {MOST_URL_BYTES} bytes")
    front = _FRONT.pack(seen.vault_id, seen.generation, seen.head_hash, len(url))
    return INVITATION_PREFIX + encode_checked(front + url + write_floor(seen.floor._replace(pairs=())))


def read_invitation(text: str) -> Invitation:
    """Raise InvalidData for anything else than such a line; what its URL may be is for others to say."""
    found = _read(text.strip())
    if found is None:
        raise InvalidData(
            f"an invitation has the form {INVITATION_PREFIX}… and a check sum: this one was cut, or is something else",
            hint="ask for it once more; an owner prints it with: nexcred vault invite",
        )
    return found


def _read(text: str) -> Invitation | None:
    upper = text.upper()
    body = upper.removeprefix(INVITATION_PREFIX)
    raw = decode_checked(body) if body != upper and len(text) <= 2 * _LONGEST else None
    if raw is None or len(raw) < _FRONT.size:
        return None
    vault_id, generation, head_hash, length = _FRONT.unpack_from(raw)
    url, floor = raw[_FRONT.size : _FRONT.size + length], read_floor(raw[_FRONT.size + length :])
    if len(url) != length or length > MOST_URL_BYTES or floor is None or floor.pairs:
        return None
    if vault_id == NO_VAULT or not 0 < generation < _MOST_WRITES:
        return None
    try:
        return Invitation(url.decode(), Checkpoint(vault_id, generation, head_hash, floor))
    except UnicodeDecodeError:
        return None
