"""Case 71, by the vault itself: what no command writes, and machines that are many."""

from collections.abc import Callable

import pytest

from nexcred.errors import ChangedMeanwhile, NameMoved, NotPermitted
from nexcred.services.vaults.proof import proof_of
from nexcred.vault.access_list import NOTHING, make_list
from nexcred.vault.changes import Changes
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.plaintext import write_details
from nexcred.vault.record import DETAILS
from nexcred.vault.roster import MEMBER, READER
from nexcred.vault.statements import DetailsStatement, hash_statement
from nexcred.vault.teams import join_teams, leave_team, make_team
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.forging import rewrite_overview, write_as_no_honest_program
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, describe, details, remove, update
from tests.support.shared_vault import adas_vault, join, rekey, secret_of, share


@pytest.fixture
def vault(store: MemoryStore) -> Vault:
    return adas_vault(store)


def elsewhere(vault: Vault, store: MemoryStore) -> Vault:
    """Return the vault as the same person opens it on another machine."""
    return Vault(store, vault.identity, memory=ProcessMemory(), now=lambda: NOW)


def replace(who: Vault, name: str, *shared_with: Vault) -> None:
    remove(who, name)
    add(who, name, "EXAMPLE-evil")
    share(who, name, *shared_with)


def test_case_71_who_was_taken_off_meanwhile_takes_no_name_over(vault: Vault, store: MemoryStore) -> None:
    mallory = join(vault, store, "Mallory", MEMBER)
    share(vault, "prod", mallory)
    desk = elsewhere(vault, store)
    assert secret_of(desk, "prod") == "EXAMPLE-prod"
    vault.edit(lambda edit: edit.unshare(edit.find("prod"), [mallory.state.me.id]))
    replace(mallory, "prod", vault)
    with pytest.raises(NameMoved, match="Mallory"):
        secret_of(desk, "prod")


def test_case_71_who_left_the_team_meanwhile_takes_no_name_over(vault: Vault, store: MemoryStore) -> None:
    mallory, bob = join(vault, store, "Mallory", MEMBER), join(vault, store, "Bob", MEMBER)
    team = vault.change(lambda copy: make_team(copy, "web"))
    for one in (mallory, bob):
        vault.change(lambda copy, one=one: join_teams(copy, [team], [one.state.me.id]))  # type: ignore[misc]
    vault.edit(lambda edit: edit.share(edit.find("prod"), [], teams=[team]))
    desk = elsewhere(vault, store)
    assert secret_of(desk, "prod") == "EXAMPLE-prod"
    vault.change(lambda copy: leave_team(copy, team, mallory.state.me.id))
    replace(mallory, "prod", vault)
    with pytest.raises(NameMoved, match="Mallory"):
        secret_of(desk, "prod")
    replace(bob, "prod", vault)
    assert secret_of(desk, "prod") == "EXAMPLE-evil", "bob may write the former one, by the team"


def test_case_71_who_writes_the_former_record_replaces_it_silently(vault: Vault, store: MemoryStore) -> None:
    bob = join(vault, store, "Bob", MEMBER)
    share(vault, "prod", bob)
    desk = elsewhere(vault, store)
    assert secret_of(desk, "prod") == "EXAMPLE-prod"
    replace(bob, "prod", vault)
    assert secret_of(desk, "prod") == "EXAMPLE-evil"


def test_case_71_nobody_takes_a_name_over_by_pinning_values_as_anothers(vault: Vault, store: MemoryStore) -> None:
    mallory, bob = join(vault, store, "Mallory", MEMBER), join(vault, store, "Bob", MEMBER)
    share(vault, "prod", bob)
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    replace(mallory, "prod", bob, vault)
    pin_as(mallory, "prod", vault.state.me.id)
    with pytest.raises(NameMoved, match="Ada Example, as pinned by Mallory"):
        secret_of(bob, "prod")
    proof = proof_of(vault, vault.find("prod"))
    assert proof is not None
    assert (proof.author, proof.pinned_by) == ("Ada Example", "Mallory")


def dismiss(vault: Vault, gone: Vault) -> None:
    vault.edit(lambda edit: edit.dismiss(gone.state.me.id))


def let_read(vault: Vault, changed: Vault) -> None:
    vault.edit(lambda edit: edit.change_role(changed.state.me.id, READER))


def take_off(vault: Vault, gone: Vault) -> None:
    vault.trust(vault.find("prod"))
    vault.edit(lambda edit: edit.unshare(edit.find("prod"), [gone.state.me.id]))


@pytest.mark.parametrize("act", [dismiss, let_read, take_off])
def test_case_71_whoever_takes_authority_away_does_not_vouch_for_a_name_that_was_taken_over(
    vault: Vault, store: MemoryStore, act: Callable[[Vault, Vault], None]
) -> None:
    """Ada pins what Mallory wrote, so that it stays; she may write the former one, and did not write this one."""
    mallory, bob = join(vault, store, "Mallory", MEMBER), join(vault, store, "Bob", MEMBER)
    share(vault, "prod", bob)
    desk = elsewhere(vault, store)
    for machine in (vault, desk, bob):
        assert secret_of(machine, "prod") == "EXAMPLE-prod"
    replace(mallory, "prod", bob, vault)
    act(vault, mallory)
    for machine in (desk, bob):
        with pytest.raises(NameMoved, match="written by Mallory, as pinned by Ada Example"):
            secret_of(machine, "prod")


def pin_as(who: Vault, name: str, author: bytes) -> None:
    """Write values into one's own record that say that they are another's, and a list that pins them."""

    def forge(copy: Transaction) -> None:
        found = copy.find(name)
        assert found is not None
        overview = found.overview
        access = overview.access
        record, body = copy.seal_part(DETAILS, overview, 1, write_details(details("EXAMPLE-evil"), author))
        statement = DetailsStatement(1, body, NOTHING, access.version + 1, author, bytes(64))
        pinned = {DETAILS: hash_statement(statement, copy.vault_id, overview.record_id)}
        forged = make_list(
            copy.author,
            copy.me,
            copy.vault_id,
            version=access.version + 1,
            grants=access.grants,  # type: ignore[union-attr]
            creator=access.creator,
            salt=access.salt,
            revision=1,
            pins=pinned,
        )
        new = overview._replace(access=forged, details=record, statement=statement, changed_by=author)
        copy.put(new, found.revision + 1, instead_of=found)

    write_as_no_honest_program(who, forge)


def test_case_71_an_author_with_new_keys_is_still_the_author(vault: Vault, store: MemoryStore) -> None:
    bob, carol = join(vault, store, "Bob", MEMBER), join(vault, store, "Carol", MEMBER)
    share(vault, "prod", bob, carol)
    update(bob, "prod", "EXAMPLE-bobs")
    rekey(bob)
    assert secret_of(carol, "prod") == "EXAMPLE-bobs"
    proof = proof_of(carol, carol.find("prod"))
    assert proof is not None
    assert (proof.author, proof.pinned_by) == ("Bob", None)


def test_case_71_new_keys_remember_what_a_name_meant(vault: Vault, store: MemoryStore) -> None:
    mallory = join(vault, store, "Mallory", MEMBER)
    exchange_in(mallory)
    rekey(vault)
    for name in ("prod", "test"):
        with pytest.raises(NameMoved):
            secret_of(vault, name)


def exchange_in(who: Vault) -> None:
    """Exchange the names of the two credentials."""
    for old, new in (("prod", "between"), ("test", "prod"), ("between", "test")):
        rename(who, old, new)


def rename(who: Vault, old: str, new: str) -> None:
    who.edit(lambda edit: edit.update(edit.find(old), Changes(name=new)))


def test_case_71_an_exchange_between_finding_and_sharing_is_noticed(vault: Vault, store: MemoryStore) -> None:
    mallory = join(vault, store, "Mallory", MEMBER)
    fresh = elsewhere(vault, store)
    chosen = fresh.find("test")
    exchange_in(mallory)
    with pytest.raises(ChangedMeanwhile, match="changed by somebody else"):
        fresh.edit(lambda edit: edit.share(edit.find_same(chosen), [mallory.state.me.id]))
    with pytest.raises(NotPermitted):
        secret_of(mallory, "test")
    describe(fresh, "test", "goes on")


def test_case_71_a_disputed_record_is_not_settled_by_a_name_that_was_moved(vault: Vault, store: MemoryStore) -> None:
    mallory = join(vault, store, "Mallory", MEMBER)
    for name in ("prod", "test"):
        assert secret_of(vault, name) == f"EXAMPLE-{name}"
    exchange_in(mallory)
    rewrite_overview(mallory, "test", lambda old: {"access": old.access._replace(signature=bytes(64))})
    both = [vault.state.me.id, mallory.state.me.id]
    with pytest.raises(NameMoved, match="'test' leads to another record"):
        vault.edit(lambda edit: edit.settle("test", both))
    rename(vault, "test", "prod again")
    vault.edit(lambda edit: edit.settle("prod again", both[:1]))
    assert secret_of(vault, "prod again") == "EXAMPLE-prod"
    with pytest.raises(NotPermitted):
        secret_of(mallory, "prod again")
