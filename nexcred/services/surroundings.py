"""What surrounds an opened vault on this machine: who is told of what is no error, and which connectors were used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nexcred.connectors.spec import Connector
    from nexcred.vault.vault import Vault


class _Surroundings(NamedTuple):
    warn: Callable[[str], None]
    state_folder: Path | None


_SURROUNDINGS: WeakKeyDictionary[Vault, _Surroundings] = WeakKeyDictionary()


def surround(vault: Vault, warn: Callable[[str], None], state_folder: Path | None) -> None:
    """Say it of a vault where it is opened; where nobody does, nothing is told, and nothing remembered."""
    said: set[str] = set()

    def warn_once(text: str) -> None:
        if text not in said:
            said.add(text)
            warn(text)

    _SURROUNDINGS[vault] = _Surroundings(warn_once, state_folder)


def warn_of(vault: Vault, text: str) -> None:
    """Tell whoever opened the vault, once."""
    if vault in _SURROUNDINGS:
        _SURROUNDINGS[vault].warn(text)


def note_used(vault: Vault, connector: Connector) -> None:
    """Remember a connector of the user's own as it is now: what it wrote stays honest when it is changed."""
    folder = _state_folder(vault)
    if connector.file and folder is not None:
        from nexcred.stores.used_connectors import UsedConnectors

        UsedConnectors(folder).note(connector.name, connector.digest)


def was_used(vault: Vault, connector: str, digest: str) -> bool:
    """True when this machine had this file for the connector."""
    folder = _state_folder(vault)
    if folder is None:
        return False
    from nexcred.stores.used_connectors import UsedConnectors

    return UsedConnectors(folder).has(connector, digest)


def _state_folder(vault: Vault) -> Path | None:
    return _SURROUNDINGS[vault].state_folder if vault in _SURROUNDINGS else None
