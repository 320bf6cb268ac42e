"""The line that tells a guest, which has nobody to ask, how far a vault has come and which names it opens."""

from nexcred.errors import Disputed, NexcredError, NotPermitted, RolledBack, Tampered
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.checkpoint import Checkpoint
from nexcred.vault.floor import pair_of
from nexcred.vault.member_info import MemberInfo
from nexcred.vault.vault import Vault


class GuestLine(NamedTuple):
    """`left_out` are the credentials that the guest holds, and of which the line says nothing, with the reason."""

    checkpoint: Checkpoint
    left_out: tuple[tuple[Credential, NexcredError], ...]


def line_for(vault: Vault, guest: MemberInfo) -> GuestLine:
    """Vouch for the names that this machine knows, and for those of which a person says that they are right."""
    pairs: list[bytes] = []
    left_out: list[tuple[Credential, NexcredError]] = []
    for credential in vault.held_by(guest.id):
        try:
            vault.expect(credential, is_for_guest=True)
        except (Tampered, Disputed, RolledBack, NotPermitted) as error:
            left_out.append((credential, error))
        else:
            pairs.append(pair_of(vault.vault_id, bytes.fromhex(credential.id), fold_name(credential.name)))
    checkpoint = vault.checkpoint()
    return GuestLine(checkpoint._replace(floor=checkpoint.floor.with_pairs(pairs)), tuple(left_out))
