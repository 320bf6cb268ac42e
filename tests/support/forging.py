"""What somebody could write who holds the vault key: a member who lies, or an attacker stronger than any outsider."""

from collections.abc import Callable, Sequence
from typing import Any

from nexcred.model.credential import Details
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.access_list import AccessList
from nexcred.vault.changes import Changes
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.record import OVERVIEW, seal_overview
from nexcred.vault.transaction import Transaction
from nexcred.vault.tree import name_tag, put_in_leaf
from nexcred.vault.vault import Vault
from tests.support.opened import Opened


def rewrite_overview(
    vault: Vault, name: str, change: Callable[[Overview], dict[str, Any]], *, guests: Sequence[PublicIdentity] = ()
) -> None:
    """Sign into the vault an overview of `name` with these attributes changed, as no honest program would."""

    def rewrite(copy: Transaction) -> None:
        found = copy.find(name)
        assert found is not None
        forged = found.overview._replace(**change(found.overview))
        place = copy._place(OVERVIEW, forged.record_id, found.revision + 1)
        copy._unlink(found.tag)
        copy.drop(found.digest)
        sealed = seal_overview(place, write_overview(forged), copy.state.vault_key, guests, copy.state.keys.hint)
        copy._link(name_tag(copy.state.keys.name, forged.name), copy._keep(sealed))

    write_as_no_honest_program(vault, rewrite)


def write_as_no_honest_program(vault: Vault, change: Callable[[Transaction], object]) -> None:
    """Sign a change into the vault that goes past what may be edited."""
    assert vault.try_to_write(lambda copy: (change(copy),)) is not None


def overview_of(vault: Vault, name: str) -> Overview:
    def look(copy: Transaction) -> Overview:
        found = copy.find(name)
        assert found is not None
        return found.overview

    return vault.look(look)


def list_of(vault: Vault, name: str) -> AccessList:
    access = overview_of(vault, name).access
    assert isinstance(access, AccessList)
    return access


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


def lead_nowhere(vault: Vault, name: str) -> None:
    """Let a name lead to a record that is not there: its digest is 32 times the letter x."""

    def change(copy: Transaction) -> None:
        found = copy.find(name)
        assert found is not None
        copy._leaves[found.tag[0]] = put_in_leaf(copy._leaf(found.tag[0]), found.tag, b"x" * 32)

    write_as_no_honest_program(vault, change)
