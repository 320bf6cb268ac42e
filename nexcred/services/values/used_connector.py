"""Remembering, on this machine, the connectors of the user's own that wrote credentials."""

from nexcred.connectors.language.spec import Connector
from nexcred.vault.vault import Vault


def note_used(vault: Vault, connector: Connector) -> None:
    """Remember a connector of the user's own as it is now: what it wrote stays honest when it is changed."""
    if connector.file:
        vault.memory.note_connector(connector.name, connector.digest)
