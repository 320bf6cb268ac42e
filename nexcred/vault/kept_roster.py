"""The roster last proved, as a machine keeps it: sealed for the identity that proved it.

number of entries 4 | hash of the last 32 | nonce 12 | GCM(HKDF(seed, "kept roster"), count × (length 4 ‖ entry)),
associated data = vault_id. Big-endian.
"""

import struct
from typing import TYPE_CHECKING

from nexcred.errors import Damaged
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import NONCE_BYTES, WrongKey, decrypt, derive, encrypt, keyed_digest, new_nonce
from nexcred.vault.roster import Roster, read_roster

if TYPE_CHECKING:
    from nexcred.vault.memory import Memory

_FRONT = struct.Struct(">I32s")


def whose_roster(identity: Identity) -> bytes:
    """Return the key under which an identity's roster is kept: several may use a vault on one machine; 8 bytes."""
    return keyed_digest(derive(identity.seed, "kept roster"), b"whose")[:8]


def is_kept(sealed: bytes | None, roster: Roster) -> bool:
    """True when the kept bytes claim to be this roster; they are proved before they are used."""
    return sealed is not None and sealed.startswith(_FRONT.pack(roster.length, roster.last_hash))


def keep_roster(memory: "Memory", identity: Identity, roster: Roster) -> None:
    """Keep the roster that was proved, unless it is kept already."""
    whose = whose_roster(identity)
    if not is_kept(memory.roster(roster.vault_id, whose), roster):
        memory.keep_roster(roster.vault_id, seal_kept_roster(roster, identity), whose)


def seal_kept_roster(roster: Roster, identity: Identity) -> bytes:
    plain = b"".join(struct.pack(">I", len(entry)) + entry for entry in roster.entries)
    nonce = new_nonce()
    sealed = encrypt(derive(identity.seed, "kept roster"), nonce, plain, roster.vault_id)
    return _FRONT.pack(roster.length, roster.last_hash) + nonce + sealed


def open_kept_roster(sealed: bytes | None, identity: Identity, vault_id: bytes) -> Roster | None:
    """Return the kept roster, proved again; None where there is none, or another identity sealed it."""
    if sealed is None or len(sealed) < _FRONT.size + NONCE_BYTES:
        return None
    nonce, body = sealed[_FRONT.size : _FRONT.size + NONCE_BYTES], sealed[_FRONT.size + NONCE_BYTES :]
    try:
        plain = decrypt(derive(identity.seed, "kept roster"), nonce, body, vault_id)
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
