"""The roster last proved, as a machine keeps it: sealed for the identity that proved it.

nonce 12 | GCM(HKDF(seed, "kept roster"), count × (length 4 ‖ entry)), associated data = vault_id. Big-endian.
"""

import struct

from nexcred.errors import Damaged
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import NONCE_BYTES, WrongKey, decrypt, derive, encrypt, new_nonce
from nexcred.vault.roster import Roster, read_roster


def seal_kept_roster(roster: Roster, identity: Identity) -> bytes:
    plain = b"".join(struct.pack(">I", len(entry)) + entry for entry in roster.entries)
    nonce = new_nonce()
    return nonce + encrypt(derive(identity.seed, "kept roster"), nonce, plain, roster.vault_id)


def open_kept_roster(sealed: bytes | None, identity: Identity, vault_id: bytes) -> Roster | None:
    """Return it, proved anew; None where there is none, or another identity sealed it."""
    if sealed is None or len(sealed) < NONCE_BYTES:
        return None
    try:
        plain = decrypt(derive(identity.seed, "kept roster"), sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], vault_id)
        return read_roster(tuple(_entries(plain)))
    except (WrongKey, Damaged):
        return None


def _entries(plain: bytes) -> list[bytes]:
    entries, at = [], 0
    while at + 4 <= len(plain):
        size = int.from_bytes(plain[at : at + 4], "big")
        entries.append(plain[at + 4 : at + 4 + size])
        at += 4 + size
    return entries
