"""A shared vault, what its people do with its trash, and what a liar lets lie there.

Ada is the owner and added "prod", which Bob holds too. Mallory is a member who was never granted it: he may put any
record into the trash and link it back, as he may hide or rename any. Gus is a guest who holds it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from nexcred.services.credentials.trash import find_removed
from nexcred.services.credentials.trash import take_out as bring_back
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.record import OVERVIEW, seal_overview
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.transaction import Transaction
from nexcred.vault.tree import find_in_leaf, trash_tag
from nexcred.vault.vault import Vault
from tests.support.forging import write_as_no_honest_program
from tests.support.lying_member import WatchedStore
from tests.support.shared_vault import adas_vault, join, secret_of, share


class People(NamedTuple):
    store: WatchedStore
    ada: Vault
    bob: Vault
    mallory: Vault
    gus: Vault


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = adas_vault(store)
    bob, mallory = join(ada, store, "Bob", MEMBER), join(ada, store, "Mallory", MEMBER)
    gus = join(ada, store, "Gus", GUEST)
    share(ada, "prod", bob, gus)
    for vault in (ada, bob, gus):
        assert secret_of(vault, "prod") == "EXAMPLE-prod"
    return People(store, ada, bob, mallory, gus)


def at(people: People, vault: Vault, now: datetime, memory: ProcessMemory | None = None) -> Vault:
    """Open the vault as somebody at another time, on their own machine or one that remembers nothing."""
    return Vault(people.store, vault.identity, memory=memory or vault._memory, now=lambda: now)


def use_weekly(open_at: Callable[[datetime], Vault], first: datetime, last: datetime) -> None:
    """Look at the vault once a week, from after one moment until the other: so the days count that lie between."""
    while first < last:
        first = min(first + timedelta(days=7), last)
        open_at(first).credentials()


def take_out(vault: Vault, name: str, new: str | None = None) -> None:
    """Do what the program does."""
    bring_back(vault, find_removed(vault, name), new)


def in_trash(vault: Vault) -> list[str]:
    return [one.credential.name for one in vault.trash()]


def removed_overview(vault: Vault, record_id: bytes) -> Overview:
    def look(copy: Transaction) -> Overview:
        found = copy.find_removed(record_id)
        assert found is not None
        return found.overview

    return vault.look(look)


def put_in_trash(liar: Vault, overview: Overview, *, records: tuple[bytes, ...] = (), under: bytes = b"") -> None:
    """Let a tag of the trash lead to this overview, whatever stands there: its own, or another record's."""

    def write(copy: Transaction) -> None:
        for record in records:
            copy._keep(record)
        key = copy.state.keys.name
        tag = trash_tag(key, under or overview.record_id)
        if find_in_leaf(copy._leaf(tag[0]), tag) is None:
            copy._size += 1
        place = copy._place(OVERVIEW, overview.record_id, 99)
        sealed = seal_overview(place, write_overview(overview), copy.state.vault_key, (), copy.state.keys.hint)
        copy._link(tag, copy._keep(sealed))

    write_as_no_honest_program(liar, write)
