"""A fresh identity for somebody or something else, such as a CI job: made, let in and shared with in one write."""

from collections.abc import Callable, Sequence

from nexcred.model.credential import Credential
from nexcred.model.name import normalise_name
from nexcred.services.members import check_role
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault


def make_identity(
    vault: Vault, full_name: str, role: str, names: Sequence[str], hand_out: Callable[[Identity], None]
) -> list[Credential]:
    """Return the credentials that the new identity holds.

    `hand_out` gets the identity once nothing speaks against it, and before anything is written: one that nobody got
    must not be let in. Raises InvalidData, CredentialNotFound, Conflict, NotPermitted, and what `hand_out` raises.
    """
    full_name, role = normalise_name(full_name), check_role(role)
    found = {credential.id: credential for credential in map(vault.find, names)}
    identity = Identity.generate().bind(vault.vault_id)
    is_out = False

    def apply(edit: Edit) -> None:
        nonlocal is_out
        edit.admit(identity.public, full_name, role)
        for credential in found.values():
            edit.share(edit.find(credential.name), [identity.fingerprint])
        if not is_out:
            hand_out(identity)
            is_out = True

    vault.edit(apply)
    return list(found.values())
