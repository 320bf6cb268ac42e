"""The access list as version 1 wrote it: who may hold the details, signed by the creator or an owner of the vault."""

import struct
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature

from nexcred.errors import Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.identity import FINGERPRINT_BYTES, SIGNATURE_BYTES
from nexcred.vault.plaintext import bytes_of, number, texts
from nexcred.vault.primitives import label
from nexcred.vault.record import SALT_BYTES, record_id_of
from nexcred.vault.roster import OWNER, Member, Roster

_MAX_RECIPIENTS = 0xFFFF


class FirstAccessList(NamedTuple):
    """Fingerprints of keys, sorted. `version` grew with every change of the list."""

    version: int
    creator: bytes
    salt: bytes
    recipients: tuple[bytes, ...]
    signer: bytes
    signature: bytes

    @property
    def record_id(self) -> bytes:
        return record_id_of(self.creator, self.salt)

    def message(self, vault_id: bytes) -> bytes:
        """Return what is signed."""
        return b"".join(
            (
                label("access list"),
                vault_id,
                self.record_id,
                struct.pack(">QH", self.version, len(self.recipients)),
                *self.recipients,
                self.signer,
            )
        )


def present_recipients(access: FirstAccessList, roster: Roster) -> tuple[Member, ...]:
    """Return who is named and belongs to the vault; nothing of the list is proved."""
    found = (roster.present(one) for one in access.recipients)
    return tuple({member.id: member for member in found if member is not None}.values())


def verify_first_list(access: FirstAccessList, roster: Roster) -> tuple[Member, ...]:
    """Return whom to seal to; raise Tampered unless somebody who may signed the list, with their present keys."""
    signer = roster.by_keys(access.signer)
    if signer is None or (signer.role != OWNER and roster.id_of(access.creator) != signer.id):
        raise Tampered("the access list of a credential is signed by somebody who may not")
    if access.version < roster.least_of(access.record_id).version:
        raise Tampered("the access list of a credential is one from before somebody was taken off it")
    try:
        signer.public.signing.verify(access.signature, access.message(roster.vault_id))
    except InvalidSignature:
        raise Tampered("the access list of a credential was changed") from None
    return present_recipients(access, roster)


def signer_moved_on(access: FirstAccessList, roster: Roster) -> Member | None:
    """Return the present member who signed with keys that were replaced since: who stole them could have signed too."""
    if roster.by_keys(access.signer) is not None:
        return None
    return roster.present(access.signer)


def access_from_json(data: Mapping[str, object]) -> FirstAccessList:
    """Raise ValueError, KeyError or TypeError for another shape."""
    version, recipients = number(data["version"]), texts(data["recipients"])
    if version < 0 or len(recipients) > _MAX_RECIPIENTS:
        raise ValueError
    fingerprint = FINGERPRINT_BYTES
    return FirstAccessList(
        version,
        bytes_of(data["creator"], fingerprint),
        bytes_of(data["salt"], SALT_BYTES),
        tuple(bytes_of(one, fingerprint) for one in recipients),
        bytes_of(data["signer"], fingerprint),
        bytes_of(data["signature"], SIGNATURE_BYTES),
    )
