"""Gather credentials with their values, for a format to write."""

from collections.abc import Iterable

from nexcred.errors import InvalidData
from nexcred.model.credential import Credential
from nexcred.model.suggest import suggest
from nexcred.services.exporting.exported import Exported, Format
from nexcred.services.exporting.formats import FORMATS
from nexcred.services.provisioning.own_variables import sets_own
from nexcred.services.values.decoded import open_to_use
from nexcred.services.values.handed_urls import check_handed
from nexcred.vault.vault import Vault


def find_format(name: str) -> Format:
    """Return the format of this name; raise InvalidData that says which there are."""
    if name in FORMATS:
        return FORMATS[name]
    meant = suggest(name, list(FORMATS))
    hint = f"did you mean '{meant}'?" if meant else f"it is one of: {', '.join(FORMATS)}"
    raise InvalidData("no format has that name", hint)


def gather(vault: Vault, credentials: Iterable[Credential]) -> list[Exported]:
    """Return each with its values.

    Raises CredentialNotFound for what is gone meanwhile, HostRefused, and what open_to_use does.
    """
    gathered = []
    for credential in credentials:
        decoded = open_to_use(vault, credential)
        check_handed(vault, credential, decoded.details, decoded.details.fields)
        own = sets_own(vault, credential, decoded.method, decoded.details)
        gathered.append(Exported(credential, decoded.connector, decoded.method, decoded.details.fields, sets_own=own))
    return gathered
