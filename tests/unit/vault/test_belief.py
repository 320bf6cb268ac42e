"""What a state must agree with: the floor of an identity, a checkpoint, and what this machine saw."""

from datetime import timedelta
from typing import Any

import pytest

from nexcred.errors import NoFloor, NotPermitted, Replaced, RolledBack, Tampered
from nexcred.vault.anchor import Anchor
from nexcred.vault.belief import FARTHEST
from nexcred.vault.checkpoint import Checkpoint
from nexcred.vault.floor import Floor
from nexcred.vault.head import FORMAT_2_FEATURE, HeadPlace, seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.memory import Doubt, ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.roster import GUEST, MEMBER, OWNER
from nexcred.vault.store import HEADS_KEPT, Change
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.remembering import seen
from tests.support.sample_vault import NOW, add, describe
from tests.support.shared_vault import join, secret_of


def copied(store: MemoryStore) -> MemoryStore:
    return MemoryStore(store.tables.copy())


def bare(vault: Vault, *, floor: Floor | None = None) -> Identity:
    """Return the identity as it is written down, with another floor or none."""
    return Identity(vault.identity.seed, vault.vault_id, floor)


def write_head(store: MemoryStore, author: Vault, **changed: Any) -> None:
    """Sign a head of other features, or another generation, as no honest program would."""
    with store.write() as snapshot:
        state = open_state(snapshot, author.identity)
        generation = changed.pop("generation", state.generation + 1)
        place = HeadPlace(state.place.vault_id, state.place.epoch, generation)
        head = state.head.head._replace(**{"previous_hash": state.head.hash, "author": state.me.id, **changed})
        sealed = seal_head(place, head, author.identity, state.keys.head)
        assert store.commit(Change(head=sealed, generation=generation), state.sealed_head)


# Machines without state


def test_a_string_says_how_far_the_vault_had_come_and_none_from_before_is_believed(
    ada: Vault, store: MemoryStore
) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    older = copied(store)
    join(ada, store, "Cyd", MEMBER)
    handed_out = bob.identity.bind(ada.vault_id, ada.floor)
    assert Vault(store, handed_out).names()
    with pytest.raises(RolledBack):
        Vault(older, handed_out)
    assert Vault(older, bare(bob, floor=bob.identity.floor)).names()


def test_case_87_a_roster_that_went_another_way_is_not_believed(ada: Vault, store: MemoryStore) -> None:
    fork = copied(store)
    join(ada, store, "Bob", MEMBER)
    join(Vault(fork, bare(ada)), fork, "Eve", MEMBER)
    for floor in (ada.floor, Floor(ada.floor.roster_length, bytes(32)), Floor(99, ada.floor.roster_hash)):
        with pytest.raises(RolledBack):
            Vault(fork, bare(ada, floor=floor))


def test_where_others_could_write_a_machine_that_knows_nothing_believes_nothing(ada: Vault, store: MemoryStore) -> None:
    assert Vault(store, bare(ada)).names()  # nobody else could have written yet
    join(ada, store, "Bob", MEMBER)
    with pytest.raises(NoFloor, match="this machine cannot tell"):
        Vault(store, bare(ada))
    ada.edit(lambda edit: edit.dismiss(next(one.id for one in ada.members if one.full_name == "Bob")))
    with pytest.raises(NoFloor):
        Vault(store, bare(ada))


def test_a_person_may_look_at_who_belongs_to_it(ada: Vault, store: MemoryStore) -> None:
    join(ada, store, "Bob", MEMBER)
    asked: list[Doubt] = []

    def answer(doubt: Doubt) -> bool:
        asked.append(doubt)
        return len(asked) > 1

    memory = ProcessMemory()
    with pytest.raises(NoFloor):
        Vault(store, bare(ada), memory=memory, confirm=answer)
    assert Vault(store, bare(ada), memory=memory, confirm=answer).names()
    assert Vault(store, bare(ada), memory=memory).names()  # it is remembered
    assert {"Ada Example, owner", "Bob, member"} <= set(asked[0].told)


def test_a_checkpoint_stands_in_for_a_floor_and_for_an_anchor(ada: Vault, store: MemoryStore) -> None:
    join(ada, store, "Bob", MEMBER)
    older, line = copied(store), ada.checkpoint()
    assert Vault(older, bare(ada), checkpoint=line).names()
    describe(ada, "prod", "newer")
    newer = ada.checkpoint()
    assert Vault(store, bare(ada), checkpoint=line).names()
    with pytest.raises(RolledBack):
        Vault(older, bare(ada), checkpoint=newer)
    fork = Checkpoint(line.vault_id, line.generation, bytes(32), line.floor)
    with pytest.raises(RolledBack):
        Vault(store, bare(ada), checkpoint=fork)


def test_the_higher_of_checkpoint_and_anchor_counts(ada: Vault, store: MemoryStore) -> None:
    first, low = copied(store), ada.checkpoint()
    describe(ada, "prod", "second")
    second, high = copied(store), ada.checkpoint()
    describe(ada, "prod", "third")
    with pytest.raises(RolledBack):
        Vault(first, bare(ada), memory=seen(ada.anchor), checkpoint=low)
    with pytest.raises(RolledBack):
        Vault(first, bare(ada), memory=seen(Vault(second, bare(ada)).anchor), checkpoint=low)
    with pytest.raises(RolledBack):
        Vault(first, bare(ada), memory=seen(Vault(first, bare(ada)).anchor), checkpoint=high)
    assert Vault(store, bare(ada), memory=seen(Vault(second, bare(ada)).anchor), checkpoint=low).names()


def test_who_was_told_of_one_vault_is_not_shown_another(ada: Vault, store: MemoryStore) -> None:
    """Also where one writer is all that there ever was: anybody can make such a vault, and let a person in."""
    other = Checkpoint(b"o" * 16, 99, bytes(32), Floor(1, bytes(32)))
    with pytest.raises(Replaced, match="the vault here is not the one"):
        Vault(store, bare(ada), checkpoint=other)


def test_case_87_a_vault_of_version_2_is_not_shown_as_one_of_version_1(ada: Vault, store: MemoryStore) -> None:
    write_head(store, ada, features=0)
    for reader in (bare(ada), ada.identity):
        with pytest.raises(Tampered):
            Vault(store, reader)


# Machines that remember


def test_a_state_must_descend_from_the_one_last_seen_also_at_the_same_number(ada: Vault, store: MemoryStore) -> None:
    fork = copied(store)
    forked = Vault(fork, bare(ada))
    describe(forked, "prod", "in the fork")
    describe(ada, "prod", "here")
    assert forked.generation == ada.generation
    with pytest.raises(RolledBack):
        Vault(fork, bare(ada), memory=seen(ada.anchor))
    describe(forked, "prod", "further")
    with pytest.raises(RolledBack):
        Vault(fork, bare(ada), memory=seen(ada.anchor))


def test_case_73_a_long_lived_reader_refuses_what_another_process_here_knows_to_be_old(
    ada: Vault, store: MemoryStore
) -> None:
    memory = ProcessMemory()
    older = copied(store)
    reader = Vault(older, bare(ada), memory=memory)
    assert reader.names()
    describe(ada, "prod", "newer")
    Vault(store, bare(ada), memory=memory).names()
    with pytest.raises(RolledBack):
        reader.names()


def test_case_73_an_anchor_that_was_raced_is_compared_under_the_lock(ada: Vault, store: MemoryStore) -> None:
    """Another process remembers a fork between this one's look and its note."""
    fork = copied(store)
    forked = Vault(fork, bare(ada))
    describe(forked, "prod", "in the fork")
    describe(ada, "prod", "here")

    class Raced(ProcessMemory):
        def anchor(self, vault_id: bytes) -> Anchor | None:
            found = super().anchor(vault_id)
            self.anchors[vault_id] = forked.anchor
            return found

    with pytest.raises(RolledBack):
        Vault(store, bare(ada), memory=Raced())


@pytest.mark.parametrize("beyond", [1, HEADS_KEPT - 1, HEADS_KEPT, HEADS_KEPT + FARTHEST, HEADS_KEPT + FARTHEST + 1])
def test_case_69_a_generation_may_leap_so_far_and_no_farther(ada: Vault, store: MemoryStore, beyond: int) -> None:
    anchor = ada.anchor
    write_head(store, ada, generation=anchor.generation + beyond)
    warnings: list[str] = []
    if beyond == 1 or HEADS_KEPT <= beyond <= HEADS_KEPT + FARTHEST:
        assert Vault(store, bare(ada), memory=seen(anchor), warn=warnings.append).generation > anchor.generation
        assert len(warnings) == (beyond > 1)
    else:
        with pytest.raises(RolledBack):
            Vault(store, bare(ada), memory=seen(anchor))


def test_case_69_features_change_by_owners_only(ada: Vault, store: MemoryStore) -> None:
    bob, cyd = join(ada, store, "Bob", MEMBER), join(ada, store, "Cyd", OWNER)
    anchor = ada.anchor
    write_head(store, cyd, features=FORMAT_2_FEATURE | 4)
    assert Vault(store, ada.identity, memory=seen(anchor)).names()
    write_head(store, cyd, features=FORMAT_2_FEATURE)
    anchor = Vault(store, ada.identity).anchor
    write_head(store, bob, features=FORMAT_2_FEATURE | 4)
    with pytest.raises(Tampered, match="Bob, who is no owner"):
        Vault(store, ada.identity, memory=seen(anchor))


def test_who_left_signs_no_head(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    before, bobs_state = bob.state.me.id, bob.state
    ada.edit(lambda edit: edit.dismiss(before))
    with store.write() as snapshot:
        state = open_state(snapshot, ada.identity)
        place = HeadPlace(state.place.vault_id, state.place.epoch, state.generation + 1)
        head = state.head.head._replace(previous_hash=state.head.hash, author=before)
        sealed = seal_head(place, head, bobs_state.identity, state.keys.head)
        assert store.commit(Change(head=sealed, generation=place.generation), state.sealed_head)
    with pytest.raises(Tampered, match="Bob, who may not write"):
        Vault(store, ada.identity)


def test_a_backup_at_a_place_of_its_own_is_read_with_a_warning_and_never_written(
    ada: Vault, store: MemoryStore
) -> None:
    backup = copied(store)
    describe(ada, "prod", "newer")

    class Named(ProcessMemory):
        def may_be_backup(self, vault_id: bytes, generation: int, moved_to: str | None = None) -> bool:
            return True

    memory, warnings = Named(), list[str]()
    memory.anchors.update(seen(ada.anchor).anchors)
    old = Vault(backup, bare(ada), memory=memory, warn=warnings.append)
    assert old.is_old
    assert secret_of(old, "prod") == "EXAMPLE-prod"
    assert len(warnings) == 1
    with pytest.raises(RolledBack):
        add(old, "new")
    assert memory.anchors[ada.vault_id] == ada.anchor


# Guests


def test_a_guest_whose_time_is_over_is_refused_by_its_own_clock(ada: Vault, store: MemoryStore) -> None:
    identity = Identity.generate().bind(ada.vault_id, ada.floor)
    until = int((NOW + timedelta(hours=1)).timestamp() * 1000)
    ada.edit(lambda edit: edit.admit(identity.public, "ci", GUEST, until))
    assert Vault(store, identity, now=lambda: NOW).role == GUEST
    with pytest.raises(NotPermitted, match="until a time that has passed"):
        Vault(store, identity, now=lambda: NOW + timedelta(hours=2))
