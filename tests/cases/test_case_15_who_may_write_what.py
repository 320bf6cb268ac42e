"""Case 15, the vault's half: a forged roster entry or access list; a member who edits what only recipients may set.

A roster entry by a non-owner is refused in tests/unit/vault/test_roster.py, an access list in test_sharing.py.
"""

from functools import partial
from typing import Any

import pytest

from nexcred.errors import Damaged, NotPermitted, Tampered
from nexcred.vault.access import grant_vault_key, hash_access
from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant, AccessList
from nexcred.vault.head import seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.open_state import _verify_author as verify_signer
from nexcred.vault.open_state import open_state
from nexcred.vault.overview import Overview
from nexcred.vault.roster import Roster, seal_roster
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Change
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, describe, details, open_new, update
from tests.support.vault_file import assert_faults, assert_tampered

EVE = Identity(b"e" * 32, bytes(16))


@pytest.fixture
def vault(store: MemoryStore) -> Vault:
    vault = open_new(store)
    add(vault, "prod", base_url="https://api.example.com")
    return vault


def state_of(store: MemoryStore, identity: Identity) -> VerifiedState:
    with store.read() as snapshot:
        return open_state(snapshot, identity, None)


@pytest.mark.parametrize(
    "edited",
    [
        {"public": {**details().public, "base_url": "https://evil.example"}},
        {"public": details().public},
        {"allowed_hosts": ("evil.example",)},
        {"connector": "rest"},
        {"method": "bearer"},
        {"secret_fields": ()},
    ],
    ids=lambda edited: next(iter(edited)),
)
def test_case_15_an_overview_that_shows_what_the_details_do_not_hold(vault: Vault, edited: dict[str, Any]) -> None:
    rewrite_overview(vault, "prod", lambda _: edited)
    credential = vault.find("prod")
    assert_tampered(lambda: vault.details(credential))
    assert_faults(vault, "'prod'")
    assert_tampered(lambda: update(vault, "prod", "EXAMPLE-new"))
    assert describe(vault, "prod", "still readable").description == "still readable"


def test_case_15_an_overview_of_the_past_is_held_to_its_details_too(vault: Vault) -> None:
    rewrite_overview(vault, "prod", lambda _: {"allowed_hosts": ("evil.example",)})
    wrong = overview_of(vault, "prod")
    rewrite_overview(vault, "prod", lambda _: {"allowed_hosts": details().allowed_hosts})
    update(vault, "prod", "EXAMPLE-new", base_url="https://api.example.com")
    assert vault.details_at(vault.find("prod"), 1).allowed_hosts == details().allowed_hosts
    assert wrong.allowed_hosts == ("evil.example",)


def list_in(overview: Overview) -> AccessList:
    assert isinstance(overview.access, AccessList)
    return overview.access


def eve_added(overview: Overview) -> dict[str, Any]:
    access = list_in(overview)
    grants = (*access.grants, AccessGrant(TO_MEMBER, EVE.fingerprint, WRITE))
    return {"access": access._replace(grants=tuple(sorted(grants)))}


def eve_as_signer(overview: Overview) -> dict[str, Any]:
    return {"access": list_in(overview)._replace(signer=EVE.fingerprint)}


def eve_as_creator(overview: Overview) -> dict[str, Any]:
    return {"access": list_in(overview)._replace(creator=EVE.fingerprint, signer=EVE.fingerprint)}


def later_version(overview: Overview) -> dict[str, Any]:
    access = list_in(overview)
    return {"access": access._replace(version=access.version + 1)}


@pytest.mark.parametrize("forge", [eve_added, eve_as_signer, later_version])
def test_case_15_nothing_is_sealed_to_a_forged_access_list(store: MemoryStore, vault: Vault, forge: Any) -> None:
    rewrite_overview(vault, "prod", forge)
    before = store.tables.copy()
    assert_tampered(lambda: update(vault, "prod", "EXAMPLE-new"))
    assert_faults(vault, "'prod' is disputed")
    assert store.tables == before


def test_case_15_another_creator_makes_it_another_record(vault: Vault) -> None:
    rewrite_overview(vault, "prod", eve_as_creator)
    assert_tampered(lambda: vault.details(vault.find("prod")))
    assert_faults(vault, "'prod' is disputed")


def test_case_15_a_head_signed_by_a_stranger(store: MemoryStore, vault: Vault) -> None:
    state = state_of(store, vault.identity)
    place = state.place._replace(generation=state.place.generation + 1)
    by_eve = state.head.head._replace(author=EVE.fingerprint, previous_hash=state.head.hash)
    as_ada = by_eve._replace(author=vault.identity.fingerprint)
    for head in (by_eve, as_ada):
        forged = MemoryStore(store.tables.copy())
        forged.tables.heads[place.generation] = seal_head(place, head, EVE, state.keys.head)
        with pytest.raises(Tampered, match="signed"):
            Vault(forged, vault.identity)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"vault_key_commitment": bytes(32)}, "another key"),
        ({"roster_length": 2}, "roster"),
        ({"roster_hash": bytes(32)}, "roster"),
        ({"access_hash": bytes(32)}, "access rows"),
        ({"slots_hash": bytes(32)}, "slots"),
        ({"root": bytes(32)}, "name tree"),
    ],
    ids=lambda wrong: next(iter(wrong)) if isinstance(wrong, dict) else "",
)
def test_case_15_a_signed_head_that_does_not_agree_with_the_tables(
    store: MemoryStore, vault: Vault, wrong: dict[str, Any], refusal: str
) -> None:
    state = state_of(store, vault.identity)
    place = state.place._replace(generation=state.place.generation + 1)
    head = state.head.head._replace(previous_hash=state.head.hash, **wrong)
    store.tables.heads[place.generation] = seal_head(place, head, vault.identity, state.keys.head)
    with pytest.raises(Tampered, match=refusal):
        Vault(store, vault.identity)


def test_case_15_a_signed_head_that_counts_otherwise(store: MemoryStore, vault: Vault) -> None:
    state = state_of(store, vault.identity)
    place = state.place._replace(generation=state.place.generation + 1)
    head = state.head.head._replace(previous_hash=state.head.hash, size=2)
    store.tables.heads[place.generation] = seal_head(place, head, vault.identity, state.keys.head)
    reader = Vault(store, vault.identity)
    # A member who counts wrongly takes nothing away: what is there is served, and this is told.
    assert [one.name for one in reader.credentials()] == ["prod"]
    assert reader.problems == ["the vault holds another number of credentials than was signed"]
    assert list(reader.verify().faults) == reader.problems


def changed_roster(roster: Roster, **changed: object) -> Roster:
    """Return a roster that claims something else than its entries say."""
    replay = roster._replay.copy()
    for name, value in changed.items():
        setattr(replay, name, value)
    return Roster(replay, roster.entries, roster.hashes)


def test_case_15_a_head_by_somebody_in_the_roster_who_may_not_write(store: MemoryStore, vault: Vault) -> None:
    state = state_of(store, vault.identity)
    (fingerprint, member), *_ = state.roster.members.items()
    for role, may in (("member", True), ("reader", False), ("guest", False), ("", False)):
        roster = changed_roster(state.roster, members={fingerprint: member._replace(role=role)})
        if may:
            verify_signer(state.head, roster)
        else:
            assert_tampered(partial(verify_signer, state.head, roster))


def test_case_15_a_roster_that_a_stranger_founded_again(store: MemoryStore, vault: Vault) -> None:
    state, theirs = state_of(store, vault.identity), MemoryStore()
    eve = open_new(theirs, seed=b"e" * 32).identity
    roster = changed_roster(state_of(theirs, eve).roster, vault_id=vault.vault_id)
    store.tables.roster = seal_roster(roster, state.keys.roster, state.place.epoch)
    assert_tampered(lambda: Vault(store, vault.identity))


def test_case_15_a_roster_row_added_that_no_owner_signed(store: MemoryStore, vault: Vault) -> None:
    state = state_of(store, vault.identity)
    twice = Roster(state.roster._replay, state.roster.entries * 2, state.roster.hashes * 2)
    store.tables.roster = seal_roster(twice, state.keys.roster, state.place.epoch)
    with pytest.raises(Damaged):
        Vault(store, vault.identity)


def test_case_15_who_was_given_the_vault_key_and_is_not_in_the_roster(store: MemoryStore, vault: Vault) -> None:
    state = state_of(store, vault.identity)
    access = (*store.tables.access, grant_vault_key(state.vault_key, EVE.public, vault.vault_id, vault.epoch))
    place = state.place._replace(generation=state.place.generation + 1)
    head = state.head.head._replace(access_hash=hash_access(access, ()), previous_hash=state.head.hash)
    sealed = seal_head(place, head, vault.identity, state.keys.head)
    with store.write():
        assert store.commit(Change(head=sealed, generation=place.generation, access=access), state.sealed_head)
    assert vault.names() == ["prod"]
    with pytest.raises(NotPermitted):
        Vault(store, EVE)
