"""Bring back the values of an earlier revision, as a new one."""

from contextlib import suppress

from nexcred.errors import UsageError, WrongDetails
from nexcred.model.credential import Credential
from nexcred.services.values.decoded import open_details
from nexcred.vault.changes import Changes, changed_fields
from nexcred.vault.vault import Vault


def restore(vault: Vault, name: str, version: int) -> Credential:
    """Return the credential with the old values, not probed yet.

    They are decoded as ever: what somebody else wrote is not put under this identity's name unseen. Raises
    RevisionNotFound, UsageError, and what open_details does.
    """
    credential = vault.find(name)
    old = open_details(vault, credential, version).details
    with suppress(WrongDetails):  # of the present values, which restoring mends
        if not changed_fields(open_details(vault, credential).details, old):
            raise UsageError(f"revision {version} of '{credential.name}' holds the values that it has now")
    return vault.edit(lambda edit: edit.update(credential, Changes(details=old)))
