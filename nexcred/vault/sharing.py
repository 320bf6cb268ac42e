"""The access list of a credential: who may hold its details, signed by its creator or an owner of the vault.

record_id = SHA-256(label "record" ‖ creator ‖ salt 16)[:16], so a list with another creator is for another record.
"""

import os
import struct
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature

from nexcred.errors import Tampered
from nexcred.vault.identity import FINGERPRINT_BYTES, SIGNATURE_BYTES, Identity
from nexcred.vault.plaintext import bytes_of, number, texts
from nexcred.vault.primitives import label
from nexcred.vault.record import SALT_BYTES, record_id_of
from nexcred.vault.roster import GUEST, OWNER, Member, Roster

_MAX_RECIPIENTS = 0xFFFF


class AccessList(NamedTuple):
    """Fingerprints, sorted. `version` grows with every change of the list."""

    version: int
    creator: bytes
    salt: bytes
    recipients: tuple[bytes, ...]
    signer: bytes
    signature: bytes

    @property
    def record_id(self) -> bytes:
        return record_id_of(self.creator, self.salt)


def new_access_list(creator: Identity, vault_id: bytes) -> AccessList:
    """Return the first list of a new record: its creator alone."""
    own = creator.fingerprint
    unsigned = AccessList(1, own, os.urandom(SALT_BYTES), (own,), own, b"")
    return unsigned._replace(signature=creator.signing.sign(_message(unsigned, vault_id)))


def next_access_list(access: AccessList, signer: Identity, recipients: Iterable[bytes], vault_id: bytes) -> AccessList:
    """Return the list that follows, with these recipients."""
    unsigned = access._replace(
        version=access.version + 1, recipients=tuple(sorted(set(recipients))), signer=signer.fingerprint, signature=b""
    )
    return unsigned._replace(signature=signer.signing.sign(_message(unsigned, vault_id)))


def may_share(access: AccessList, fingerprint: bytes, roster: Roster) -> bool:
    """True for the creator of a credential and for the owners of the vault, as long as they belong to it."""
    member = roster.present(fingerprint)
    return member is not None and (roster.newest(fingerprint) == roster.newest(access.creator) or member.role == OWNER)


def verified_recipients(access: AccessList, roster: Roster) -> tuple[Member, ...]:
    """Return whom to seal to: the list, less who left. Raise Tampered when it is not rightly signed."""
    if not may_share(access, access.signer, roster):
        raise Tampered("the access list of a credential is signed by somebody who may not")
    if access.version < roster.least_versions.get(access.record_id, 0):
        raise Tampered("the access list of a credential is one from before somebody was taken off it")
    try:
        roster.known[access.signer].public.signing.verify(access.signature, _message(access, roster.vault_id))
    except InvalidSignature:
        raise Tampered("the access list of a credential was changed") from None
    present = {roster.newest(one): roster.present(one) for one in access.recipients}
    return tuple(member for member in present.values() if member is not None)


def verified_guests(access: AccessList, roster: Roster) -> tuple[Member, ...]:
    """Return the guests among the recipients. A list that names none is not verified: nothing is sealed by it."""
    present = [roster.present(one) for one in access.recipients]
    if not any(member is not None and member.role == GUEST for member in present):
        return ()
    return tuple(member for member in verified_recipients(access, roster) if member.role == GUEST)


def access_to_json(access: AccessList) -> dict[str, object]:
    return {
        "version": access.version,
        "creator": access.creator.hex(),
        "salt": access.salt.hex(),
        "recipients": [one.hex() for one in access.recipients],
        "signer": access.signer.hex(),
        "signature": access.signature.hex(),
    }


def access_from_json(data: Mapping[str, object]) -> AccessList:
    """Raise ValueError, KeyError or TypeError for another shape."""
    version, recipients = number(data["version"]), texts(data["recipients"])
    if version < 0 or len(recipients) > _MAX_RECIPIENTS:
        raise ValueError
    fingerprint = FINGERPRINT_BYTES
    return AccessList(
        version,
        bytes_of(data["creator"], fingerprint),
        bytes_of(data["salt"], SALT_BYTES),
        tuple(bytes_of(one, fingerprint) for one in recipients),
        bytes_of(data["signer"], fingerprint),
        bytes_of(data["signature"], SIGNATURE_BYTES),
    )


def _message(access: AccessList, vault_id: bytes) -> bytes:
    return b"".join(
        (
            label("access list"),
            vault_id,
            access.record_id,
            struct.pack(">QH", access.version, len(access.recipients)),
            *access.recipients,
            access.signer,
        )
    )
