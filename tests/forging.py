"""What somebody could write who holds the vault key: a member who lies, or an attacker stronger than any outsider."""

from collections.abc import Callable
from typing import Any

from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.record import OVERVIEW, seal_overview
from nexcred.vault.vault import Vault


def rewrite_overview(vault: Vault, name: str, change: Callable[[Overview], dict[str, Any]]) -> None:
    """Sign into the vault an overview of `name` with these attributes changed, as no honest program would."""

    def rewrite(edit: Any) -> None:
        copy = edit._copy
        found = copy.find(name)
        forged = found.overview._replace(**change(found.overview))
        place = copy._place(OVERVIEW, forged, found.revision + 1)
        copy._unlink(found.overview.name)
        copy.drop(found.digest)
        sealed = seal_overview(place, write_overview(forged), copy.state.vault_key, (), copy.state.keys.hint)
        copy._link(forged.name, copy._keep(sealed))

    vault.edit(rewrite)


def overview_of(vault: Vault, name: str) -> Overview:
    found: list[Overview] = []

    def look(edit: Any) -> None:
        found.append(edit._copy.find(name).overview)

    vault.edit(look)
    return found[0]
