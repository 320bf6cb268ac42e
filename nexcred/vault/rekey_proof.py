"""Proof that who moves onto new keys holds them: nobody moves onto what somebody else has published."""

import base64
import binascii
import struct

from cryptography.exceptions import InvalidSignature

from nexcred.errors import Tampered
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.primitives import label
from nexcred.vault.roster_entry import RosterEntry


def make_proof(new: Identity, vault_id: bytes, index: int, previous: bytes, member_id: bytes, old: bytes) -> str:
    """Sign, with the new keys, for the entry at `index` by which a member leaves the `old` keys."""
    message = _message(vault_id, index, previous, member_id, old, new.fingerprint)
    return base64.b64encode(new.signing.sign(message)).decode()


def verify_proof(entry: RosterEntry, old: bytes, member_id: bytes, new: PublicIdentity, vault_id: bytes) -> None:
    """Raise Tampered unless the new keys signed for this entry."""
    message = _message(vault_id, entry.place, entry.previous, member_id, old, new.fingerprint)
    try:
        signature = base64.b64decode(str(entry.body.get("proof", "")), validate=True)
        new.signing.verify(signature, message)
    except (InvalidSignature, binascii.Error, ValueError):
        raise Tampered("an entry of the roster moves somebody onto keys that did not agree") from None


def _message(vault_id: bytes, index: int, previous: bytes, member_id: bytes, old: bytes, new: bytes) -> bytes:
    return label("rekey") + vault_id + struct.pack(">I", index) + previous + member_id + old + new
