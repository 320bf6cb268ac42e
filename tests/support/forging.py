"""What somebody could write who holds the vault key: a member who lies, or an attacker stronger than any outsider."""

from collections.abc import Callable, Sequence
from typing import Any

from nexcred.model.credential import Details
from nexcred.vault.access_list import AccessList
from nexcred.vault.changes import Changes
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.record import OVERVIEW, seal_overview
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup
from nexcred.vault.tree import name_tag, put_in_leaf
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.people import vault_of


def rewrite_overview(
    vault: Vault, name: str, change: Callable[[Overview], dict[str, Any]], *, guests: Sequence[PublicIdentity] = ()
) -> None:
    """Sign into the vault an overview of `name` with these attributes changed, as no honest program would."""

    def rewrite(copy: Transaction) -> None:
        found = find(copy, name)
        forged = found.overview._replace(**change(found.overview))
        link_overview(copy, found, forged, found.revision + 1, guests=guests)

    write_as_no_honest_program(vault, rewrite)


def write_as_no_honest_program(vault: Vault, change: Callable[[Transaction], object]) -> None:
    """Sign a change into the vault that goes past what may be edited."""
    assert vault.try_to_write(lambda copy: (change(copy),)) is not None


def link_overview(
    copy: Transaction, found: Lookup, overview: Overview, revision: int, *, guests: Sequence[PublicIdentity] = ()
) -> None:
    """Let a name lead to an overview of this revision, whatever it says."""
    copy._unlink(found.tag)
    copy.drop(found.digest)
    place = copy._place(OVERVIEW, overview.record_id, revision)
    sealed = seal_overview(place, write_overview(overview), copy.state.vault_key, guests, copy.state.keys.hint)
    copy._link(name_tag(copy.state.keys.name, overview.name), copy._keep(sealed))


def find(copy: Transaction, name: str) -> Lookup:
    found = copy.find(name)
    assert found is not None
    return found


def overview_of(vault: Vault, name: str) -> Overview:
    return vault.look(lambda copy: find(copy, name).overview)


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


def lead_nowhere(vault: Vault, name: str) -> None:
    """Let a name lead to a record that is not there: its digest is 32 times the letter x."""

    def change(copy: Transaction) -> None:
        found = find(copy, name)
        copy._leaves[found.tag[0]] = put_in_leaf(copy._leaf(found.tag[0]), found.tag, b"x" * 32)

    write_as_no_honest_program(vault, change)
