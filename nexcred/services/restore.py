"""Bring back the values of an earlier revision, as a new one."""

from nexcred.errors import UsageError
from nexcred.model.credential import Credential
from nexcred.vault.changes import Changes, changed_fields
from nexcred.vault.vault import Vault


def restore(vault: Vault, name: str, version: int) -> Credential:
    """Return the credential with the old values, not probed yet; raise RevisionNotFound, UsageError, NotPermitted."""
    credential = vault.find(name)
    old = vault.details_at(credential, version)
    present = vault.details(credential)
    if not changed_fields(present, old):
        raise UsageError(f"revision {version} of '{credential.name}' holds the values that it has now")
    return vault.edit(lambda edit: edit.update(credential, Changes(details=old)))
