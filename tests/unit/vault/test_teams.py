"""Teams: named sets of members that hold what is shared with them, for as long as they belong."""

import pytest

from nexcred.errors import ChangedMeanwhile, Conflict, Disputed, InvalidData, NotPermitted, NotSealed
from nexcred.vault.access_list import READ, WRITE
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.teams import Joined, end_team, join_teams, leave_team, make_team
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, describe, update
from tests.support.shared_vault import join, secret_of


@pytest.fixture
def bob(ada: Vault, store: MemoryStore) -> Vault:
    return join(ada, store, "Bob", MEMBER)


@pytest.fixture
def ops(ada: Vault) -> bytes:
    return ada.change(lambda copy: make_team(copy, "ops"))


def share_with(vault: Vault, name: str, team: bytes, may: int = WRITE) -> None:
    vault.edit(lambda edit: edit.share(edit.find(name), [], teams=[team], may=may))


def come(ada: Vault, team: bytes, who: Vault) -> Joined:
    return ada.change(lambda copy: join_teams(copy, [team], [who.state.me.id]))


def leave(ada: Vault, team: bytes, who: Vault) -> object:
    return ada.change(lambda copy: leave_team(copy, team, who.state.me.id))


def test_who_is_in_a_team_holds_what_is_shared_with_it(ada: Vault, bob: Vault, ops: bytes) -> None:
    come(ada, ops, bob)
    share_with(ada, "prod", ops)
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    update(bob, "prod", "EXAMPLE-next")
    assert secret_of(ada, "prod") == "EXAMPLE-next"
    with pytest.raises(NotPermitted):
        secret_of(bob, "test")


def test_who_comes_later_gets_what_the_owner_holds_and_waits_for_the_rest(
    ada: Vault, bob: Vault, ops: bytes, store: MemoryStore
) -> None:
    cyd = join(ada, store, "Cyd", MEMBER)
    share_with(ada, "prod", ops)
    add(cyd, "cyds", "EXAMPLE-cyds")
    share_with(cyd, "cyds", ops)
    assert come(ada, ops, bob) == Joined(("prod",), ("cyds",))
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    with pytest.raises(NotSealed):
        secret_of(bob, "cyds")
    describe(cyd, "cyds", "any write of a holder")
    assert secret_of(bob, "cyds") == "EXAMPLE-cyds"


def test_a_team_may_read_and_not_write(ada: Vault, bob: Vault, ops: bytes) -> None:
    come(ada, ops, bob)
    share_with(ada, "prod", ops, READ)
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    with pytest.raises(NotPermitted):
        update(bob, "prod", "EXAMPLE-next")


@pytest.mark.parametrize("role", [READER, GUEST])
def test_readers_and_guests_of_a_team_write_nothing(ada: Vault, ops: bytes, store: MemoryStore, role: str) -> None:
    rea = join(ada, store, "Rea", role)
    come(ada, ops, rea)
    share_with(ada, "prod", ops)
    rea._checkpoint = ada.checkpoint(rea.state.me.id)
    assert secret_of(rea, "prod") == "EXAMPLE-prod"
    with pytest.raises(NotPermitted):
        update(rea, "prod", "EXAMPLE-next")


def test_who_leaves_a_team_holds_nothing_of_it_and_what_he_wrote_stays(ada: Vault, bob: Vault, ops: bytes) -> None:
    come(ada, ops, bob)
    share_with(ada, "prod", ops)
    update(bob, "prod", "EXAMPLE-of-bob")
    gone = ada.change(lambda copy: leave_team(copy, ops, bob.state.me.id))
    assert (gone.exposed, gone.pinned, gone.orphaned, gone.disputed) == (("prod",), ("prod",), (), ())
    assert secret_of(ada, "prod") == "EXAMPLE-of-bob"
    with pytest.raises(NotPermitted):
        secret_of(bob, "prod")
    update(ada, "prod", "EXAMPLE-next")
    with pytest.raises(NotPermitted):
        update(bob, "prod", "EXAMPLE-of-bob")
    assert ada.verify().faults == ()


def test_who_holds_it_by_himself_too_loses_nothing(ada: Vault, bob: Vault, ops: bytes) -> None:
    come(ada, ops, bob)
    share_with(ada, "prod", ops)
    ada.edit(lambda edit: edit.share(edit.find("prod"), [bob.state.me.id]))
    update(bob, "prod", "EXAMPLE-of-bob")
    gone = ada.change(lambda copy: leave_team(copy, ops, bob.state.me.id))
    assert (gone.exposed, gone.pinned) == ((), ())
    update(bob, "prod", "EXAMPLE-more")
    assert secret_of(ada, "prod") == "EXAMPLE-more"


def test_a_team_ends_whole(ada: Vault, bob: Vault, ops: bytes, store: MemoryStore) -> None:
    cyd = join(ada, store, "Cyd", MEMBER)
    come(ada, ops, bob)
    come(ada, ops, cyd)
    share_with(ada, "prod", ops)
    update(bob, "prod", "EXAMPLE-of-bob")
    gone = ada.change(lambda copy: end_team(copy, ops))
    assert (gone.exposed, gone.pinned) == (("prod",), ("prod",))
    assert secret_of(ada, "prod") == "EXAMPLE-of-bob"
    for vault in (bob, cyd):
        with pytest.raises(NotPermitted):
            secret_of(vault, "prod")
    assert ops not in ada.state.roster.teams


def test_case_83_members_leave_and_return_in_both_orders(
    ada: Vault, bob: Vault, ops: bytes, store: MemoryStore
) -> None:
    come(ada, ops, bob)
    share_with(ada, "prod", ops)
    leave(ada, ops, bob)
    update(ada, "prod", "EXAMPLE-between")
    come(ada, ops, bob)
    assert secret_of(bob, "prod") == "EXAMPLE-between"
    ada.edit(lambda edit: edit.dismiss(bob.state.me.id))
    again = join(ada, store, "Bob", MEMBER)
    with pytest.raises(NotPermitted):
        secret_of(again, "prod")
    come(ada, ops, again)
    assert secret_of(again, "prod") == "EXAMPLE-between"


def test_case_90_a_team_that_is_made_again_is_another_one(ada: Vault, bob: Vault, ops: bytes) -> None:
    share_with(ada, "prod", ops)
    ada.change(lambda copy: end_team(copy, ops))
    again = ada.change(lambda copy: make_team(copy, "ops"))
    assert again != ops
    come(ada, again, bob)
    with pytest.raises(NotPermitted):
        secret_of(bob, "prod")


def test_case_90_write_to_read_with_the_old_list_put_back(ada: Vault, bob: Vault, ops: bytes) -> None:
    come(ada, ops, bob)
    share_with(ada, "prod", ops)
    wider = list_of(ada, "prod")
    share_with(ada, "prod", ops, READ)
    rewrite_overview(bob, "prod", lambda _: {"access": wider})
    for vault in (ada, bob):
        with pytest.raises(Disputed, match="taken off"):
            update(vault, "prod", "EXAMPLE-next")


def test_only_owners_change_teams_and_names_are_given_once(ada: Vault, bob: Vault, ops: bytes) -> None:
    before = ada.generation
    with pytest.raises(NotPermitted):
        bob.change(lambda copy: make_team(copy, "dev"))
    with pytest.raises(NotPermitted):
        come(bob, ops, bob)
    with pytest.raises(NotPermitted):
        leave(bob, ops, bob)
    with pytest.raises(NotPermitted):
        bob.change(lambda copy: end_team(copy, ops))
    with pytest.raises(Conflict):
        ada.change(lambda copy: make_team(copy, "OPS"))
    assert ada.generation == before


@pytest.mark.parametrize("name", ["OPS", "оps", "0ps", "Bob", "bоb", "B0B"])  # with Cyrillic letters, and zeros
def test_no_name_is_given_that_looks_like_that_of_a_member_or_a_team(
    ada: Vault, bob: Vault, ops: bytes, store: MemoryStore, name: str
) -> None:
    with pytest.raises(Conflict, match=r"is named '(ops|Bob)' already"):
        ada.change(lambda copy: make_team(copy, name))
    with pytest.raises(Conflict, match=r"is named '(ops|Bob)' already"):
        join(ada, store, name, MEMBER)


@pytest.mark.parametrize("name", ["team:dev", "Team:dev", "NEXCRED-ID-2ABC", "ab" * 16, "ABCD " * 7 + "ABCD"])
def test_no_name_is_given_that_reads_as_keys_or_as_a_team(ada: Vault, store: MemoryStore, name: str) -> None:
    with pytest.raises(InvalidData, match="reads as a fingerprint or a key, or begins with 'team:'"):
        ada.change(lambda copy: make_team(copy, name))
    with pytest.raises(InvalidData):
        join(ada, store, name, MEMBER)


def test_what_who_joins_held_before_does_not_wait_for_anybody(ada: Vault, bob: Vault, ops: bytes) -> None:
    ada.edit(lambda edit: edit.share(edit.find("prod"), [bob.state.me.id], teams=[ops]))
    ada.edit(lambda edit: edit.share(edit.find("test"), [], teams=[ops]))
    assert come(ada, ops, bob) == Joined(("test",), ())
    before = ada.generation
    assert come(ada, ops, bob) == Joined((), ())
    assert ada.generation == before


def test_several_join_and_leave_in_one_write(ada: Vault, bob: Vault, ops: bytes, store: MemoryStore) -> None:
    cyd = join(ada, store, "Cyd", READER)
    share_with(ada, "prod", ops)
    before = ada.generation
    ids = [bob.state.me.id, cyd.state.me.id]
    assert ada.change(lambda copy: join_teams(copy, [ops], ids)) == Joined(("prod",), ())
    assert secret_of(bob, "prod") == secret_of(cyd, "prod") == "EXAMPLE-prod"
    gone = ada.change(lambda copy: leave_team(copy, ops, *ids))
    assert (gone.exposed, ada.generation) == (("prod",), before + 2)
    for vault in (bob, cyd):
        with pytest.raises(NotPermitted):
            secret_of(vault, "prod")


def test_who_is_gone_meanwhile_joins_nothing(ada: Vault, bob: Vault, ops: bytes) -> None:
    ada.edit(lambda edit: edit.dismiss(bob.state.me.id))
    with pytest.raises(ChangedMeanwhile, match="Bob does not belong"):
        come(ada, ops, bob)
    ada.change(lambda copy: end_team(copy, ops))
    for act in (come, leave):
        with pytest.raises(ChangedMeanwhile, match="the team does not belong"):
            act(ada, ops, ada)


def test_the_next_write_of_a_holder_seals_all_that_waits_for_who_joined(
    ada: Vault, bob: Vault, ops: bytes, store: MemoryStore
) -> None:
    cyd = join(ada, store, "Cyd", MEMBER)
    for name in ("one", "two"):
        add(cyd, name, f"EXAMPLE-{name}")
        share_with(cyd, name, ops)
    add(cyd, "own", "EXAMPLE-own")
    assert come(ada, ops, bob) == Joined((), ("one", "two"))
    assert cyd.names() == ["one", "own", "prod", "test", "two"]
    before = cyd.generation
    describe(cyd, "own", "another record")
    assert (secret_of(bob, "one"), secret_of(bob, "two")) == ("EXAMPLE-one", "EXAMPLE-two")
    assert cyd.generation == before + 2  # that for the team, and the one that was asked for
    describe(cyd, "own", "again")
    assert cyd.generation == before + 3
    leave(ada, ops, bob)
    come(ada, ops, bob)
    update(cyd, "one", "EXAMPLE-next")
    assert secret_of(bob, "one") == "EXAMPLE-next"
    assert ada.verify().faults == ()


def test_the_next_write_seals_nothing_to_who_left_meanwhile(
    ada: Vault, bob: Vault, ops: bytes, store: MemoryStore
) -> None:
    cyd = join(ada, store, "Cyd", MEMBER)
    add(cyd, "one", "EXAMPLE-one")
    share_with(cyd, "one", ops)
    come(ada, ops, bob)
    leave(ada, ops, bob)
    describe(cyd, "one", "another")
    with pytest.raises(NotPermitted):
        secret_of(bob, "one")
