"""The access list of a credential: who may read and who may write it, signed by its creator or an owner of the vault.

In the overview as Base64 of: version 8 ‖ creator 16 ‖ salt 16 ‖ revision 8 ‖ 5 × hash 32 ‖ count 2 ‖ count × grant 18 ‖
signer 16 ‖ Ed25519 64, where grant = kind 1 (1 member, 2 team) ‖ to 16 ‖ may 1 (1 read, 2 write), sorted, each once.
Signed is label ‖ vault_id ‖ record_id ‖ version ‖ revision ‖ hashes ‖ count ‖ grants ‖ signer. Big-endian.

The hashes pin the statements of the parts 2 to 6 as they stood, and `revision` that of the details, so that sharing
makes nobody the author of what they did not write. record_id = SHA-256(label "record" ‖ creator ‖ salt)[:16], so a list
with another creator is for another record.
"""

import base64
import binascii
import os
import struct
from collections.abc import Iterable, Mapping
from functools import lru_cache

from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.identity import FINGERPRINT_BYTES, SIGNATURE_BYTES, Identity
from nexcred.vault.primitives import COUNT_LIMIT, DIGEST_BYTES, digest, label, require_countable
from nexcred.vault.record import ATTACHMENTS, DETAILS, POLICY, ROTATION, SALT_BYTES, SESSION, record_id_of

READ, WRITE = 1, 2
TO_MEMBER, TO_TEAM = 1, 2
# The parts whose statements a list pins, in the order of its hashes.
PINNED = (DETAILS, SESSION, ATTACHMENTS, ROTATION, POLICY)
NOTHING = bytes(DIGEST_BYTES)
NO_PINS = (NOTHING,) * len(PINNED)
MOST_GRANTS = 16_384

_KINDS, _RIGHTS = frozenset({TO_MEMBER, TO_TEAM}), frozenset({READ, WRITE})
_FRONT = struct.Struct(f">Q16s16sQ{'32s' * len(PINNED)}H")
_GRANT = struct.Struct(">B16sB")
_BACK = struct.Struct(">16s64s")


class AccessGrant(NamedTuple):
    """What one member or team may; they sort as they are written."""

    kind: int
    to: bytes
    may: int


class AccessList(NamedTuple):
    """An access list as an overview holds it, unproved: `authority.verify_list` decides whether it is believed."""

    version: int
    creator: bytes
    salt: bytes
    revision: int
    pins: tuple[bytes, ...]
    grants: tuple[AccessGrant, ...]
    signer: bytes
    signature: bytes

    @property
    def record_id(self) -> bytes:
        return record_id_of(self.creator, self.salt)

    def message(self, vault_id: bytes) -> bytes:
        """Return what is signed."""
        return b"".join(
            (
                label("access list 2"),
                vault_id,
                self.record_id,
                struct.pack(">QQ", self.version, self.revision),
                *self.pins,
                struct.pack(">H", len(self.grants)),
                *(_GRANT.pack(*grant) for grant in self.grants),
                self.signer,
            )
        )


def make_list(
    signer: Identity,
    signer_id: bytes,
    vault_id: bytes,
    *,
    version: int,
    grants: Iterable[AccessGrant],
    creator: bytes,
    salt: bytes | None = None,
    revision: int = 0,
    pins: Mapping[int, bytes] | None = None,
) -> AccessList:
    """Sign a list; the first one of a record has no salt yet, and pins nothing.

    Raises Tampered for a version that could not be read back.
    """
    require_countable(version, "the version of who holds a credential")
    unsigned = AccessList(
        version,
        creator,
        os.urandom(SALT_BYTES) if salt is None else salt,
        revision,
        tuple((pins or {}).get(part, NOTHING) for part in PINNED),
        most_of_each(grants),
        signer_id,
        b"",
    )
    return unsigned._replace(signature=signer.signing.sign(unsigned.message(vault_id)))


def most_of_each(grants: Iterable[AccessGrant]) -> tuple[AccessGrant, ...]:
    """Sort the grants, and keep for each holder the one that allows most."""
    most: dict[tuple[int, bytes], int] = {}
    for kind, to, may in grants:
        most[kind, to] = max(may, most.get((kind, to), 0))
    return tuple(AccessGrant(kind, to, may) for (kind, to), may in sorted(most.items()))


@lru_cache(maxsize=8)  # a list is asked for its hash again and again while its record is in hand
def hash_list(access: AccessList, vault_id: bytes) -> bytes:
    """Hash what is signed of a list, without the signature, for machines to remember it by; 32 bytes."""
    return digest(label("list"), access.message(vault_id))


def write_list(access: AccessList) -> str:
    """Return the list as it stands in an overview."""
    front = _FRONT.pack(access.version, access.creator, access.salt, access.revision, *access.pins, len(access.grants))
    grants = b"".join(_GRANT.pack(*grant) for grant in access.grants)
    return base64.b64encode(front + grants + _BACK.pack(access.signer, access.signature)).decode()


def read_list(text: str) -> AccessList:
    """Undo `write_list`; raise ValueError for anything else."""
    try:
        raw = binascii.a2b_base64(text, strict_mode=True)
        version, creator, salt, revision, *pins, count = _FRONT.unpack_from(raw)
    except (binascii.Error, struct.error):
        raise ValueError("no access list") from None
    end = _FRONT.size + count * _GRANT.size
    if not 0 < count <= MOST_GRANTS or len(raw) != end + _BACK.size or max(version, revision) >= COUNT_LIMIT:
        raise ValueError("no access list")
    if base64.b64encode(raw).decode() != text:  # bits that are left over
        raise ValueError("no access list")
    grants = _read_grants(raw[_FRONT.size : end])
    signer, signature = _BACK.unpack_from(raw, end)
    return AccessList(version, creator, salt, revision, tuple(pins), grants, signer, signature)


@lru_cache(maxsize=8)  # of many credentials, most are held by the same
def _read_grants(raw: bytes) -> tuple[AccessGrant, ...]:
    """Read the grants; raise ValueError unless they are sorted, unique, and of a known kind and right."""
    grants: list[AccessGrant] = []
    last = (0, b"")
    for kind, to, may in _GRANT.iter_unpack(raw):
        if kind not in _KINDS or may not in _RIGHTS or (kind, to) <= last:
            raise ValueError("no access list")
        last = (kind, to)
        grants.append(AccessGrant(kind, to, may))
    return tuple(grants)


def creator_and_salt(text: str) -> tuple[bytes, bytes]:
    """Read only creator and salt of a list, which make the record id: quick for thousands. Raise ValueError."""
    raw = binascii.a2b_base64(text[:56])
    if len(raw) < 8 + FINGERPRINT_BYTES + SALT_BYTES:
        raise ValueError("no access list")
    return raw[8:24], raw[24:40]


assert _BACK.size == FINGERPRINT_BYTES + SIGNATURE_BYTES
