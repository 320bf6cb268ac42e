"""The head: one signed page from which everything else in a vault is reached and proved.

`size` counts the entries of the tree, `author` is a member id; in version 1, the fingerprint of the keys that signed.

clear 45 = "NXH1" | suite | vault_id 16 | epoch 4 | generation 8 | nonce 12, the associated data of
GCM(head key) of 296 = features 4 | size 8 | VK commitment 32 | root 32 | roster length 4 | roster hash 32 |
access hash 32 | slots hash 32 | previous head hash 32 | time 8 (ms) | author 16 |
Ed25519 64 over label ‖ all before it. Big-endian.
"""

import struct

from cryptography.exceptions import InvalidSignature

from nexcred.errors import MadeByNewer, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.identity import SIGNATURE_BYTES, Identity, PublicIdentity
from nexcred.vault.primitives import (
    COUNT_LIMIT,
    SUITE,
    WrongKey,
    decrypt,
    digest,
    encrypt,
    label,
    new_nonce,
    require_countable,
)

_MAGIC = b"NXH1"
_CLEAR = struct.Struct(">4sB16sIQ12s")
_BODY = struct.Struct(">IQ32s32sI32s32s32s32sQ16s")
_READ_ONLY_FEATURES = 0x0000FFFF
# Says version 2, so that a program of version 1 lets it be. Which version counts, the roster says.
FORMAT_2_FEATURE = 0x00010000
_UNREADABLE_FEATURES = 0xFFFF0000 & ~FORMAT_2_FEATURE


class HeadPlace(NamedTuple):
    """The clear part of a head, which anybody can read."""

    vault_id: bytes
    epoch: int
    generation: int


class Head(NamedTuple):
    """The signed part of a head. `size` counts the credentials; `time_ms` is for display and decides nothing."""

    features: int
    size: int
    vault_key_commitment: bytes
    root: bytes
    roster_length: int
    roster_hash: bytes
    access_hash: bytes
    slots_hash: bytes
    previous_hash: bytes
    time_ms: int
    author: bytes

    @property
    def is_first_format(self) -> bool:
        return not self.features & FORMAT_2_FEATURE

    @property
    def is_read_only(self) -> bool:
        """True when a newer nexcred wrote something here that this one would not keep right."""
        return bool(self.features & _READ_ONLY_FEATURES)


class OpenedHead(NamedTuple):
    """A head that decrypted; its signature must still be checked against the roster."""

    place: HeadPlace
    head: Head
    hash: bytes
    signed: bytes
    signature: bytes


def read_head_place(sealed: bytes) -> HeadPlace:
    """Read the clear part; raise Tampered, also for another version or suite."""
    if len(sealed) != _CLEAR.size + _BODY.size + SIGNATURE_BYTES + 16:
        raise Tampered("the head of the vault is damaged")
    magic, suite, vault_id, epoch, generation, _ = _CLEAR.unpack_from(sealed)
    if magic != _MAGIC:
        raise Tampered("the head of the vault is damaged or of an unknown version")
    if suite != SUITE:
        raise Tampered(f"the head of the vault has the unknown suite {suite}")
    if generation >= COUNT_LIMIT:
        raise Tampered("the head of the vault has an impossible generation")
    return HeadPlace(vault_id, epoch, generation)


def seal_head(place: HeadPlace, head: Head, author: Identity, head_key: bytes) -> bytes:
    """Sign and seal a head; raise Tampered for a generation that could not be read back."""
    require_countable(place.generation, "the number of writes of the vault")
    nonce = new_nonce()
    clear = _CLEAR.pack(_MAGIC, SUITE, place.vault_id, place.epoch, place.generation, nonce)
    body = _BODY.pack(*head)
    signature = author.signing.sign(label("head") + clear + body)
    return clear + encrypt(head_key, nonce, body + signature, clear)


def open_head(sealed: bytes, head_key: bytes) -> OpenedHead:
    """Open the seal; raise Tampered, or MadeByNewer when a feature forbids reading."""
    place = read_head_place(sealed)
    clear = sealed[: _CLEAR.size]
    try:
        plaintext = decrypt(head_key, clear[-12:], sealed[_CLEAR.size :], clear)
    except WrongKey:
        raise Tampered("the head of the vault was changed") from None
    body, signature = plaintext[: _BODY.size], plaintext[_BODY.size :]
    head = Head(*_BODY.unpack(body))
    if head.features & _UNREADABLE_FEATURES:
        raise MadeByNewer("this vault was made by a newer nexcred", hint="update nexcred, then try again")
    return OpenedHead(place, head, digest(clear, plaintext), clear + body, signature)


def verify_author(opened: OpenedHead, author: PublicIdentity) -> None:
    """Raise Tampered unless `author` signed this head."""
    try:
        author.signing.verify(opened.signature, label("head") + opened.signed)
    except InvalidSignature:
        raise Tampered("the head of the vault is not signed by who it names") from None
