"""One value of a credential."""

from nexcred.errors import FieldNotFound
from nexcred.model.credential import Credential, Value
from nexcred.model.reference import Reference
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.vault.vault import Vault


def get_value(vault: Vault, reference: Reference) -> tuple[Credential, Value]:
    """Return what a reference points at, and whose it is; raise CredentialNotFound, FieldNotFound, NotPermitted."""
    credential = vault.find(reference.name)
    fields = vault.details(credential).fields
    if reference.field in fields:
        return credential, fields[reference.field]
    meant = suggest(reference.field, fields)
    names = ", ".join(fields)
    raise FieldNotFound(
        f"'{credential.name}' has no field '{make_visible(reference.field[:64])}'",
        hint=f"did you mean '{credential.name}/{meant}'?" if meant else f"it has: {names}",
    )
