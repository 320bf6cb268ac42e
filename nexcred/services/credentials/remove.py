"""Remove credentials from the vault; at the provider their keys work on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from nexcred.connectors.guidance import revoke_for
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import SpecError, UnknownConnector
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.edit import Edit
from nexcred.vault.vault import Vault


class Removal(NamedTuple):
    """A credential, and where its keys are revoked: "" when the connector does not say.

    `title` is that of the system where they work: "" for a secret, whose system is not known. `kept_until` is until
    when it stays in the trash; None for what does not.
    """

    credential: Credential
    title: str
    revoke: str
    kept_until: datetime | None = None


def removals_of(credentials: Iterable[Credential], kept_until: datetime | None = None) -> tuple[Removal, ...]:
    """Say where the keys of each are revoked."""
    guidance = cache(_guidance)
    return tuple(Removal(one, *guidance(one.connector, one.method), kept_until) for one in credentials)


def remove(vault: Vault, removals: Sequence[Removal], *, for_good: bool = False) -> None:
    """Put all of them into the trash, or none, or end them; raise ChangedMeanwhile, NotPermitted."""

    def apply(edit: Edit) -> None:
        for removal in removals:
            (edit.purge if for_good else edit.remove)(removal.credential)

    vault.edit(apply)


def remove_unopened(vault: Vault, name: str) -> None:
    """Remove what stands under a name and does not open; raise CredentialNotFound, Conflict where it does."""
    vault.change(lambda copy: copy.discard(name))


def _guidance(connector_name: str, method_name: str) -> tuple[str, str]:
    """Return title and guidance. A credential can go whose connector, or method, is no longer known."""
    try:
        connector = load_connector(connector_name)
    except (UnknownConnector, SpecError):
        return connector_name, ""
    method = connector.method(method_name)
    title = "" if method and method.free_fields else connector.title
    return title, revoke_for(connector, method)
