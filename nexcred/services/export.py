"""Gather credentials with their values, for a format to write."""

from collections.abc import Iterable

from nexcred.connectors.loader import load_connector
from nexcred.errors import InvalidData
from nexcred.model.suggest import suggest
from nexcred.services.exporting.exported import Exported, Format
from nexcred.services.exporting.formats import FORMATS
from nexcred.vault.vault import Vault


def find_format(name: str) -> Format:
    """Return the format of this name; raise InvalidData that says which there are."""
    if name in FORMATS:
        return FORMATS[name]
    meant = suggest(name, list(FORMATS))
    hint = f"did you mean '{meant}'?" if meant else f"it is one of: {', '.join(FORMATS)}"
    raise InvalidData("there is no such format", hint)


def gather(vault: Vault, names: Iterable[str]) -> list[Exported]:
    """Return each named credential once, with its values; raise CredentialNotFound, NotPermitted, UnknownConnector."""
    found = {credential.id: credential for credential in map(vault.find, names)}
    gathered = []
    for credential in found.values():
        details = vault.details(credential)
        connector = load_connector(details.connector)
        method = connector.method(details.method)
        if method is None:
            raise InvalidData(f"{connector.name} has no method '{details.method}' any more")
        gathered.append(Exported(credential, connector, method, details.fields))
    return gathered
