"""What somebody could write who holds the vault key: a member who lies, or an attacker stronger than any outsider."""

from collections.abc import Callable
from typing import Any

from nexcred.model.credential import Details
from nexcred.stores.sqlite import SqliteStore
from nexcred.vault.edit import Changes
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.record import OVERVIEW, seal_overview
from nexcred.vault.vault import Vault
from tests.opened import Opened


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


def write_details_as(member: Opened, name: str, change: Callable[[Details], Details]) -> None:
    """Write the details of a record as this member's own program would not: nothing looks at what they hold."""
    vault = vault_of(member)
    credential = vault.find(name)
    forged = change(vault.details(credential))
    vault.edit(lambda edit: edit.update(credential, Changes(details=forged)))


def vault_of(member: Opened) -> Vault:
    """Open the vault of a program in this process, as the identity that it runs with."""
    (path,) = member.home.rglob("vault.db")
    return Vault(SqliteStore(path), Identity.parse(member.environment["NEXCRED_IDENTITY"]))
