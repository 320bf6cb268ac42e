"""One entry of the roster: a step in who belongs to a vault, signed.

The signer is a member id; before the entry `format`, the fingerprint of the keys that signed.
entry = previous hash 32 | signer 16 | agreement key (length 2, bytes) | signing key (length 2, bytes) |
        body (length 4, JSON) | Ed25519 64 over label ‖ vault_id ‖ index 4 ‖ all before it. Big-endian.
"""

import struct
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature

from nexcred.errors import InvalidData, NexcredError, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.strict_json import loads
from nexcred.vault.identity import (
    FINGERPRINT_BYTES,
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    Identity,
    PublicIdentity,
    fingerprint_of,
)
from nexcred.vault.plaintext import write_json
from nexcred.vault.primitives import DIGEST_BYTES, digest, label

# What the largest row of the table holds, with its padding.
MOST_ENTRY_BYTES = 4_095


class RosterEntry(NamedTuple):
    """A parsed entry; `keys` are those of who it is about. Nothing of it is proved before `verify_entry`."""

    previous: bytes
    signer: bytes
    keys: tuple[bytes, bytes]
    body: Mapping[str, object]
    place: int
    signed: bytes
    signature: bytes

    @property
    def fingerprint(self) -> bytes:
        """The fingerprint of the keys that the entry is about."""
        return fingerprint_of(*self.keys)

    def subject(self) -> PublicIdentity:
        """Return the public identity that the entry is about; raise Tampered for impossible keys."""
        try:
            return PublicIdentity(*self.keys)
        except NexcredError:
            raise Tampered("an entry of the roster is damaged") from None

    def __repr__(self) -> str:
        return repr_of(self, "place", "signer")


def sign_entry(
    signer: Identity,
    signer_id: bytes,
    vault_id: bytes,
    index: int,
    previous: bytes,
    subject: PublicIdentity,
    body: Mapping[str, object],
) -> bytes:
    """Return the entry at `index`, after the one whose hash is `previous`.

    Raises InvalidData for a name that has no UTF-8 form, and for more than a row of the roster holds.
    """
    agreement, signing = subject.keys
    encoded = write_json(body)
    unsigned = b"".join(
        (
            previous,
            signer_id,
            struct.pack(">H", len(agreement)) + agreement,
            struct.pack(">H", len(signing)) + signing,
            struct.pack(">I", len(encoded)) + encoded,
        )
    )
    if len(unsigned) + SIGNATURE_BYTES > MOST_ENTRY_BYTES:
        raise InvalidData(
            "this is more than one entry of the roster holds", hint="choose a shorter name, or fewer at once"
        )
    return unsigned + signer.signing.sign(_message(vault_id, index, unsigned))


def parse_entry(entry: bytes, index: int) -> RosterEntry:
    """Read the entry at `index`; raise Tampered."""
    try:
        rest = entry[DIGEST_BYTES + FINGERPRINT_BYTES :]
        agreement, rest = _take(rest, 2)
        signing, rest = _take(rest, 2)
        encoded, signature = _take(rest, 4)
        body = loads(encoded)
        if not isinstance(body, dict) or not isinstance(body["op"], str) or len(signature) != SIGNATURE_BYTES:
            raise ValueError
        if len(agreement) != PUBLIC_KEY_BYTES or len(signing) != PUBLIC_KEY_BYTES:
            raise ValueError
    except (ValueError, KeyError):
        raise Tampered("an entry of the roster is damaged") from None
    previous, signer = entry[:DIGEST_BYTES], entry[DIGEST_BYTES : DIGEST_BYTES + FINGERPRINT_BYTES]
    return RosterEntry(previous, signer, (agreement, signing), body, index, entry[:-SIGNATURE_BYTES], signature)


def _take(data: bytes, width: int) -> tuple[bytes, bytes]:
    size = int.from_bytes(data[:width], "big")
    if len(data) < width + size:
        raise ValueError("cut short")
    return data[width : width + size], data[width + size :]


def verify_entry(entry: RosterEntry, signer: PublicIdentity, vault_id: bytes) -> None:
    """Raise Tampered unless `signer` signed this entry, for this vault and place."""
    try:
        signer.signing.verify(entry.signature, _message(vault_id, entry.place, entry.signed))
    except InvalidSignature:
        raise Tampered("an entry of the roster is not signed by who it names") from None


def _message(vault_id: bytes, index: int, unsigned: bytes) -> bytes:
    return label("roster") + vault_id + struct.pack(">I", index) + unsigned


def hash_entry(entry: bytes) -> bytes:
    return digest(label("roster entry"), entry)


def hash_entry_parts(entry: RosterEntry) -> bytes:
    """Return the hash of an entry that was parsed."""
    return hash_entry(entry.signed + entry.signature)
