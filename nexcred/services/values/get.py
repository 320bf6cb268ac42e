"""One value of a credential."""

from collections.abc import Mapping

from nexcred.errors import FieldNotFound
from nexcred.model.credential import Credential, Value
from nexcred.model.reference import Reference
from nexcred.model.text import make_visible
from nexcred.services.values.kept_details import quick_details, served_details
from nexcred.vault.vault import Vault


def get_value(vault: Vault, reference: Reference) -> tuple[Credential, Value]:
    """Return what a reference points at, and whose it is.

    Raises CredentialNotFound, FieldNotFound, NotPermitted, UnknownConnector, SpecError, WrongDetails.
    """
    with vault.snapshot():
        credential = vault.find(reference.name)
        return credential, _value(credential, quick_details(vault, credential)[1].fields, reference)


def serve_value(vault: Vault, reference: Reference) -> tuple[Credential, Value]:
    """Return the same to a person, who needs no connector to look at what is his."""
    with vault.snapshot():
        credential = vault.find(reference.name)
        return credential, _value(credential, served_details(vault, credential).fields, reference)


def _value(credential: Credential, fields: Mapping[str, Value], reference: Reference) -> Value:
    if reference.field in fields:
        return fields[reference.field]
    from nexcred.model.suggest import suggest  # for a field that there is not

    meant = suggest(reference.field, fields)
    names = ", ".join(map(make_visible, fields))
    raise FieldNotFound(
        f"'{credential.name}' has no field '{make_visible(reference.field[:64])}'",
        hint=f"did you mean '{credential.name}/{make_visible(meant)}'?" if meant else f"it has: {names}",
    )
