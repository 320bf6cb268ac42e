"""One sealed part of a credential: the overview, the details, the session, or what comes later.

header 94 = "NXR1" | suite | part | vault_id 16 | record_id 16 | revision 8 | epoch 4 | nonce 12 | commitment 32
then n 2 | n × (hint 4 | HPKE 80) | AES-256-GCM(key, nonce, pad(plaintext), associated data = header). Big-endian.
"""

import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

from nexcred.errors import InvalidData, NotPermitted, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.padding import pad, unpad
from nexcred.vault.primitives import (
    COUNT_LIMIT,
    SUITE,
    TAG_BYTES,
    WRAPPED_KEY_BYTES,
    WrongKey,
    commit_to,
    decrypt,
    derive,
    digest,
    encrypt,
    keyed_digest,
    label,
    new_key,
    new_nonce,
    require_countable,
    same,
    unwrap_key,
    wrap_key,
)

OVERVIEW, DETAILS, SESSION, ATTACHMENTS, ROTATION, POLICY = 1, 2, 3, 4, 5, 6
SALT_BYTES = 16
# A secret has at most 512 KiB; written as JSON it may grow sixfold (control characters), and there may be two.
MAX_PLAINTEXT_BYTES = 4 * 1024 * 1024

_MAGIC = b"NXR1"
_HEADER = struct.Struct(">4sBB16s16sQI12s32s")
_FIXED_BYTES = 62
_HINT_BYTES = 4
_MOST_ALIKE = 16
_GRANT_BYTES = _HINT_BYTES + WRAPPED_KEY_BYTES


class Header(NamedTuple):
    """The clear front of a record."""

    part: int
    vault_id: bytes
    record_id: bytes
    revision: int
    epoch: int
    nonce: bytes
    commitment: bytes
    raw: bytes

    @property
    def fixed(self) -> bytes:
        """The header without its commitment, from which an overview's key is derived."""
        return self.raw[:_FIXED_BYTES]


class RecordPlace(NamedTuple):
    """Where a record belongs; sealed into it."""

    part: int
    vault_id: bytes
    record_id: bytes
    revision: int
    epoch: int


@lru_cache(maxsize=8)  # a record is asked for its id again and again while it is in hand
def record_id_of(creator: bytes, salt: bytes) -> bytes:
    """Return the id of a record: bound to who made it, so that nobody else can claim to have; 16 bytes."""
    return digest(label("record"), creator, salt)[:16]


def read_header(record: bytes) -> Header:
    """Read the header; raise Tampered when it is cut or of another version or suite."""
    if len(record) < _HEADER.size or not record.startswith(_MAGIC):
        raise Tampered("a record of the vault is damaged")
    _, suite, part, vault_id, record_id, revision, epoch, nonce, commitment = _HEADER.unpack_from(record)
    if suite != SUITE:
        raise Tampered(f"a record of the vault has the unknown suite {suite}")
    if revision >= COUNT_LIMIT:
        raise Tampered("a record of the vault has an impossible revision")
    return Header(part, vault_id, record_id, revision, epoch, nonce, commitment, record[: _HEADER.size])


def seal_overview(
    place: RecordPlace, plaintext: bytes, vault_key: bytes, guests: Sequence[PublicIdentity], hint_key: bytes
) -> bytes:
    """Seal for all who hold the vault key of this epoch, and for these guests."""
    nonce = new_nonce()
    return _seal(place, nonce, plaintext, overview_key(vault_key, _fixed(place, nonce)), guests, hint_key)


def seal_for(place: RecordPlace, plaintext: bytes, recipients: Sequence[PublicIdentity], hint_key: bytes) -> bytes:
    """Seal under a fresh key for these recipients alone."""
    return _seal(place, new_nonce(), plaintext, new_key(), recipients, hint_key)


def overview_key(vault_key: bytes, fixed: bytes) -> bytes:
    return derive(vault_key, "overview", fixed)


def open_overview_with(record: bytes, header: Header, vault_key: bytes) -> bytes:
    """Open an overview, whose header was read, with the vault key of its epoch; raise Tampered."""
    return _open(record, header, overview_key(vault_key, header.fixed))


def open_as(record: bytes, identity: Identity, hint_key: bytes | None, header: Header | None = None) -> bytes:
    """Open a record through this identity's own grant; raise NotPermitted when it has none, Tampered.

    Without the hint key, as a guest is for older epochs, every grant is tried. The header may have been read before.
    """
    header = header or read_header(record)
    return _open(record, header, _own_key(record, header, identity, hint_key))


def _own_key(record: bytes, header: Header, identity: Identity, hint_key: bytes | None) -> bytes:
    own_hint = None if hint_key is None else _hint(hint_key, header.record_id, identity.fingerprint)
    info = _grant_info(header.raw, identity.fingerprint)
    for start in _starts(record) if own_hint is None else _hinted(record, own_hint):
        try:
            return unwrap_key(record[start + _HINT_BYTES : start + _GRANT_BYTES], identity.agreement, info)
        except WrongKey:  # four bytes of hint may meet by chance
            continue
    raise not_shared()


def _starts(record: bytes) -> range:
    first = _HEADER.size + 2
    return range(first, first + _grant_count(record) * _GRANT_BYTES, _GRANT_BYTES)


def _hinted(record: bytes, hint: bytes) -> list[int]:
    """Return where grants of this hint begin. Four bytes may meet by chance, not often: each costs a key agreement."""
    return [start for start in _starts(record) if record[start : start + _HINT_BYTES] == hint][:_MOST_ALIKE]


def not_shared() -> NotPermitted:
    """Return the error for somebody who holds no grant."""
    return NotPermitted(
        "this credential is not shared with this identity",
        hint="ask whoever added it, or an owner of the vault, to run: nexcred share NAME --with MEMBER",
    )


def body_digest(record: bytes, header: Header | None = None) -> bytes:
    """Return what a statement says of a record: of header and sealed body, whoever it is wrapped for; 32 bytes.

    The header may have been read before.
    """
    header = header or read_header(record)
    return digest(label("body"), header.raw, _body(record))


def wrap_anew(record: bytes, identity: Identity, recipients: Sequence[PublicIdentity], hint_key: bytes) -> bytes:
    """Wrap the key of a record for these recipients, through this identity's own grant; raise NotPermitted, Tampered.

    The hint key is that of the record's epoch. Its statement stays good. In place of a grant that is dropped come
    random bytes, so that a store does not see the count fall, and no record's bytes ever come back.
    """
    header = read_header(record)
    key = _own_key(record, header, identity, hint_key)
    if not same(commit_to(key), header.commitment):
        raise Tampered("a record of the vault was not sealed with its key")
    grants = _wrapped(header.raw, header.record_id, key, recipients, hint_key)
    grants += [os.urandom(_GRANT_BYTES) for _ in range(_grant_count(record) - len(grants))]
    return b"".join((header.raw, struct.pack(">H", len(grants)), *grants, _body(record)))


def move_own_grant(record: bytes, identity: Identity, moved: PublicIdentity, hint_key: bytes) -> bytes:
    """Put a grant for this identity's new keys in place of its own; raise NotPermitted when it has none, Tampered."""
    header = read_header(record)
    own_hint, info = (
        _hint(hint_key, header.record_id, identity.fingerprint),
        _grant_info(header.raw, identity.fingerprint),
    )
    for start in _hinted(record, own_hint):
        with suppress(WrongKey):
            key = unwrap_key(record[start + _HINT_BYTES : start + _GRANT_BYTES], identity.agreement, info)
            (grant,) = _wrapped(header.raw, header.record_id, key, (moved,), hint_key)
            return record[:start] + grant + record[start + _GRANT_BYTES :]
    raise NotPermitted("this credential is not shared with this identity")


def lacking(record: bytes, recipients: Sequence[PublicIdentity], hint_key: bytes) -> list[PublicIdentity]:
    """Return those who have no grant, by the hints."""
    header = read_header(record)
    hints = {record[start : start + _HINT_BYTES] for start in _starts(record)}
    return [one for one in recipients if _hint(hint_key, header.record_id, one.fingerprint) not in hints]


def _open(record: bytes, header: Header, key: bytes) -> bytes:
    if not same(commit_to(key), header.commitment):
        raise Tampered("a record of the vault was not sealed with its key")
    try:
        return unpad(decrypt(key, header.nonce, _body(record), header.raw))
    except WrongKey:
        raise Tampered("a record of the vault was changed") from None


def _seal(
    place: RecordPlace,
    nonce: bytes,
    plaintext: bytes,
    key: bytes,
    recipients: Sequence[PublicIdentity],
    hint_key: bytes,
) -> bytes:
    if len(plaintext) > MAX_PLAINTEXT_BYTES:
        raise InvalidData("the credential is too large: all its fields together may take 4 MiB")
    header = _fixed(place, nonce) + commit_to(key)
    grants = _wrapped(header, place.record_id, key, recipients, hint_key)
    return b"".join((header, struct.pack(">H", len(grants)), *grants, encrypt(key, nonce, pad(plaintext), header)))


def _wrapped(
    header: bytes, record_id: bytes, key: bytes, recipients: Sequence[PublicIdentity], hint_key: bytes
) -> list[bytes]:
    return [
        _hint(hint_key, record_id, recipient.fingerprint)
        + wrap_key(key, recipient.agreement, _grant_info(header, recipient.fingerprint))
        for recipient in recipients
    ]


def _body(record: bytes) -> bytes:
    return record[_HEADER.size + 2 + _grant_count(record) * _GRANT_BYTES :]


def _fixed(place: RecordPlace, nonce: bytes) -> bytes:
    part, vault_id, record_id, revision, epoch = place
    require_countable(revision, "the revision of a credential")
    return _HEADER.pack(_MAGIC, SUITE, part, vault_id, record_id, revision, epoch, nonce, bytes(32))[:_FIXED_BYTES]


def _grant_info(header: bytes, fingerprint: bytes) -> bytes:
    return label("grant") + header + fingerprint


def _hint(hint_key: bytes, record_id: bytes, fingerprint: bytes) -> bytes:
    return keyed_digest(hint_key, record_id + fingerprint)[:_HINT_BYTES]


def _grant_count(record: bytes) -> int:
    count = int.from_bytes(record[_HEADER.size : _HEADER.size + 2], "big")
    if len(record) < _HEADER.size + 2 + count * _GRANT_BYTES + TAG_BYTES:
        raise Tampered("a record of the vault is cut short")
    return count
