"""Finding a credential by the id that an address of the page has."""

from nexcred.errors import CredentialNotFound
from nexcred.model.credential import Credential
from nexcred.vault.vault import Vault


def find_record(vault: Vault, record: str) -> Credential:
    """Return what has this id, whatever its name; raise CredentialNotFound, NotPermitted, Damaged and its kin."""
    try:
        name = vault.name_now(bytes.fromhex(record))
    except ValueError:
        name = None
    if name is None:
        raise CredentialNotFound("no credential of this vault has that id", hint="see: nexcred list")
    return vault.find(name)
