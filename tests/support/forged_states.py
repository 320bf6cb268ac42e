"""States that a member could sign who lies about what was: records put back, heads and links as no program writes."""

from collections.abc import Mapping
from typing import Any

from nexcred.vault.head import open_head, read_head_place, seal_head
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.open_state import open_state
from nexcred.vault.roster import Roster, seal_roster
from nexcred.vault.roster_entry import hash_entry, sign_entry
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Change, Store
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore


def sign_head(store: Store, who: Vault, *, generation: int | None = None, **fields: Any) -> None:
    """Sign a head over the vault as it is, of this generation, and with these fields."""
    with store.write() as snapshot:
        state = open_state(snapshot, who.identity)
        sealed = _seal_after(state, who, state.head.hash, generation or state.generation + 1, fields)
        assert store.commit(Change(sealed, read_head_place(sealed).generation), state.sealed_head)


def sign_heads(store: MemoryStore, who: Vault, *each: Mapping[str, Any]) -> None:
    """Sign one head after the other, with these fields, as if there had been so many writes."""
    with store.read() as snapshot:
        state = open_state(snapshot, who.identity)
    previous = state.head.hash
    for number, fields in enumerate(each, start=state.generation + 1):
        sealed = _seal_after(state, who, previous, number, fields)
        store.tables.heads[number] = sealed
        previous = open_head(sealed, state.keys.head).hash


def _seal_after(state: VerifiedState, who: Vault, previous: bytes, generation: int, fields: Mapping[str, Any]) -> bytes:
    place = state.place._replace(generation=generation)
    head = state.head.head._replace(**{"previous_hash": previous, "author": state.me.id, **fields})
    return seal_head(place, head, who.identity, state.keys.head)


def append_entry(copy: Transaction, body: Mapping[str, object], subject: PublicIdentity | None = None) -> None:
    """Append to the roster what this member signs, whether or not it may stand there."""
    roster, me = copy.roster, copy.author
    place = (roster.vault_id, roster.length, roster.last_hash)
    entry = sign_entry(me, copy.me, *place, subject or me.public, body)
    copy.roster = Roster(roster._replay, (*roster.entries, entry), (*roster.hashes, hash_entry(entry)))


def cut_roster(store: Store, who: Vault, length: int, **fields: Any) -> None:
    """Show a vault whose roster ends after so many entries, under a head that this member signs."""
    with store.write() as snapshot:
        state = open_state(snapshot, who.identity)
        shorter = state.roster.as_of(length)
        assert shorter is not None
        said = {"roster_length": length, "roster_hash": shorter.last_hash, **fields}
        sealed = _seal_after(state, who, state.head.hash, state.generation + 1, said)
        rows = seal_roster(shorter, state.keys.roster, state.place.epoch)
        assert store.commit(Change(sealed, state.generation + 1, roster=rows), state.sealed_head)
