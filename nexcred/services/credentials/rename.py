"""Give a credential another name."""

from nexcred.model.credential import Credential
from nexcred.model.name import normalise_name
from nexcred.vault.changes import Changes
from nexcred.vault.vault import Vault


def rename(vault: Vault, old: str, new: str) -> Credential:
    """Return it under its new name; raise InvalidData for what is no name, CredentialNotFound, NameTaken."""
    name = normalise_name(new)
    credential = vault.find(old)
    if name == credential.name:
        return credential
    return vault.edit(lambda edit: edit.update(credential, Changes(name=name)))
