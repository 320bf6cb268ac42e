"""Ada's vault, and copies of it that Mallory, a member, prepares for her to bring back or to adopt."""

from datetime import timedelta
from typing import NamedTuple

import pytest

from nexcred.vault.adopting import adopt
from nexcred.vault.belief import Belief
from nexcred.vault.branches import Branch, part
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.parted_records import Compared, compare
from nexcred.vault.roster import MEMBER
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.remembering import seen
from tests.support.sample_vault import NOW, add, update
from tests.support.shared_vault import adas_vault, join, share


class Played(NamedTuple):
    """Ada added "prod" and "test", and Mallory "his", which she holds too. Mallory and Eve are members."""

    store: MemoryStore
    ada: Vault
    mallory: Vault
    eve: Vault


def mallory_and_eve() -> Played:
    store = MemoryStore()
    ada = adas_vault(store)
    mallory, eve = join(ada, store, "Mallory", MEMBER), join(ada, store, "Eve", MEMBER)
    add(mallory, "his", "EXAMPLE-of-mallory")
    share(mallory, "his", ada)
    return Played(store, ada, mallory, eve)


@pytest.fixture
def played() -> Played:
    """Eve holds "prod" too, of which there are two revisions."""
    played = mallory_and_eve()
    share(played.ada, "prod", played.eve)
    update(played.ada, "prod", "EXAMPLE-2")
    return played


def parted(played: Played) -> MemoryStore:
    """Return a copy of the vault, which is written to after that."""
    copy = MemoryStore(played.store.tables.copy())
    add(at(played.store, played.ada, 1), "here")
    return copy


def at(store: MemoryStore, vault: Vault, minutes: int) -> Vault:
    """Open a copy as somebody, so many minutes later, on a machine that remembers nothing."""
    return Vault(
        store,
        Identity(vault.identity.seed, vault.vault_id),
        now=lambda: NOW + timedelta(minutes=minutes),
        confirm=lambda _: True,
    )


def adopted(played: Played, copy: MemoryStore, *, base: str = "here") -> dict[str, str]:
    """Let Ada adopt a copy, and return what became of what differs."""
    return {one.name: one.fate for one in adopt_it(played, copy, base=base).differences}


def adopt_it(played: Played, copy: MemoryStore, *, base: str = "here") -> Compared:
    """Let Ada adopt a copy; `base` is the side that is gone on with, "here" or "there"."""
    ada = played.ada
    with copy.write() as there, played.store.write() as here:
        states = [open_state(one, ada.identity, Belief(ProcessMemory(), accept_rollback=True)) for one in (here, there)]
        both = part(Branch(states[0], here, is_mine=True), Branch(states[1], there, is_mine=False))
        assert (both.base.state is states[0]) == (base == "here")
        compared: Compared = compare(both, ada.remembered, "from the other copy")
        written = played.store if base == "here" else copy
        work = Transaction(both.base.state, both.base.snapshot, now=NOW + timedelta(minutes=9))
        adopt(written, both, compared, work)
    if base != "here":
        played.store.tables = copy.tables
    return compared


def reopened(played: Played, who: Vault) -> Vault:
    """Open the vault again; Ada's machine remembers what it has seen of it, and the others nothing."""
    memory = seen(played.ada.anchor) if who is played.ada else None
    return Vault(played.store, who.identity, memory=memory, confirm=lambda _: True)


def holders(played: Played, name: str) -> set[str]:
    ada = reopened(played, played.ada)
    return {one.full_name for one in ada.holders(ada.find(name))}
