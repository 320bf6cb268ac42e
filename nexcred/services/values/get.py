"""One value of a credential."""

from collections.abc import Iterable, Mapping

from nexcred.errors import FieldNotFound, UsageError
from nexcred.model.credential import Credential, Value
from nexcred.model.reference import Reference
from nexcred.model.secret import Secret
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.values.handed_urls import check_handed
from nexcred.services.values.kept_details import quick_details, served_details
from nexcred.vault.vault import Vault


def get_value(vault: Vault, reference: Reference) -> tuple[Credential, Value]:
    """Return what a reference points at, and whose it is.

    Raises CredentialNotFound, FieldNotFound, NotPermitted, UnknownConnector, SpecError, WrongDetails, HostRefused.
    """
    with vault.snapshot():
        credential = vault.find(reference.name)
        details = quick_details(vault, credential)[1]
        check_handed(vault, credential, details, (reference.field,))
        return credential, _value(credential, details.fields, reference)


def serve_value(vault: Vault, reference: Reference, revision: int | None = None) -> tuple[Credential, str, Value]:
    """Return the same to a person, who needs no connector to look at it, with the name of the field.

    Without a field it is the only secret; raises UsageError where there are several, or none, and RevisionNotFound.
    """
    with vault.snapshot():
        credential = vault.find(reference.name)
        details = served_details(vault, credential, revision)
        fields = details.fields
        if not reference.field:
            reference = reference._replace(field=_only_secret(credential, fields))
        if revision is None:
            check_handed(vault, credential, details, (reference.field,))
        return credential, reference.field, _value(credential, fields, reference)


def _only_secret(credential: Credential, fields: Mapping[str, Value]) -> str:
    """Return its name; what the values themselves say counts, and not what their overview lists."""
    secrets = [name for name, value in fields.items() if isinstance(value, Secret)]
    if len(secrets) == 1:
        return secrets[0]
    if secrets:
        raise UsageError(
            f"'{credential.name}' has several secrets: {_listed(secrets)}",
            hint=f"name one: nexcred get {shell_word(f'{credential.name}/{make_visible(secrets[0])}')}",
        )
    raise UsageError(
        f"'{credential.name}' has no secret; its fields are: {_listed(fields)}",
        hint=f"name one, as in: nexcred get {shell_word(f'{credential.name}/FIELD')}",
    )


def _value(credential: Credential, fields: Mapping[str, Value], reference: Reference) -> Value:
    if reference.field in fields:
        return fields[reference.field]
    from nexcred.model.suggest import suggest  # for a field that there is not

    meant = suggest(reference.field, fields)
    raise FieldNotFound(
        f"'{credential.name}' has no field '{make_visible(reference.field[:64])}'",
        hint=f"did you mean '{credential.name}/{make_visible(meant)}'?" if meant else f"it has: {_listed(fields)}",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(make_visible, names))
