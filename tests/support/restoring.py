"""Bringing an earlier revision back, unproved."""

from nexcred.model.credential import Credential
from nexcred.services.credentials.update import prepare_restore, save_update
from nexcred.vault.vault import Vault


def restore(vault: Vault, name: str, version: int) -> Credential:
    return save_update(vault, prepare_restore(vault, vault.find(name), version), None)
