"""Pins: what a machine remembers of the records that were used there, so that no member puts one back unnoticed."""

import pytest

from nexcred.errors import NameMoved, NotPermitted, RolledBack
from nexcred.vault.access_list import READ, WRITE
from nexcred.vault.changes import Changes
from nexcred.vault.memory import Confirm, Doubt, ProcessMemory
from nexcred.vault.overview import Overview
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, describe, remove, set_session, update
from tests.support.shared_vault import join, secret_of, share


def elsewhere(vault: Vault, store: MemoryStore, *, confirm: Confirm | None = None) -> Vault:
    """Open it as the same person on a machine that has seen nothing."""
    return Vault(store, vault.identity, now=lambda: NOW, confirm=confirm)


def put_back(eve: Vault, name: str, old: Overview) -> None:
    rewrite_overview(eve, name, lambda _: old._asdict())


def rename(vault: Vault, name: str, new: str) -> None:
    vault.edit(lambda edit: edit.update(edit.find(name), Changes(name=new)))


def keeping_records(store: MemoryStore) -> MemoryStore:
    """Keep what is dropped, as a thief of the file would."""
    kept = dict(store.tables.items)
    store.tables.items = Keeping(kept)
    return store


class Keeping(dict[bytes, bytes]):
    def pop(self, key: bytes, default: object = None) -> bytes:
        return self.get(key, b"")


# Rolled back


@pytest.mark.parametrize("how", ["values", "list", "lower list"])
def test_case_72_a_record_that_was_put_back_is_refused_where_it_was_seen(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore, how: str
) -> None:
    keeping_records(store)
    old = overview_of(eve, "prod")
    if how == "values":
        update(ada, "prod", "EXAMPLE-newer")
    elif how == "list":
        ada.edit(lambda edit: edit.share(edit.find("prod"), [eve.state.me.id], may=READ))
    else:
        ada.edit(lambda edit: edit.share(edit.find("prod"), [eve.state.me.id], may=READ))
        old = overview_of(eve, "prod")
        ada.edit(lambda edit: edit.share(edit.find("prod"), [eve.state.me.id], may=WRITE))
    assert secret_of(bob, "prod")
    put_back(eve, "prod", old)
    for vault in (ada, bob):
        with pytest.raises(RolledBack, match="'prod' is older than this machine has seen it"):
            secret_of(vault, "prod")
        with pytest.raises(RolledBack):
            update(vault, "prod", "EXAMPLE-over-it")
    with pytest.raises(RolledBack):
        share(ada, "prod", eve)
    assert secret_of(elsewhere(bob, store), "prod") == "EXAMPLE-prod"  # said: a machine without state


def test_another_list_or_another_value_of_the_same_number_is_a_rollback(
    ada: Vault, bob: Vault, store: MemoryStore
) -> None:
    """Two machines of one person, of which one wrote to a copy: the numbers meet, and what they say does not."""
    fork = MemoryStore(store.tables.copy())
    forked = elsewhere(ada, fork)
    update(forked, "prod", "EXAMPLE-in-the-fork")
    update(ada, "prod", "EXAMPLE-here")
    stated = overview_of(forked, "prod")
    keeping_records(store)
    store.tables.items.update(fork.tables.items)
    assert secret_of(bob, "prod") == "EXAMPLE-here"
    put_back(ada, "prod", stated)
    with pytest.raises(RolledBack):
        secret_of(bob, "prod")


@pytest.mark.parametrize("how", ["put back", "left out"])
def test_case_72_a_session_that_was_put_back_is_refused_where_it_was_seen(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore, how: str
) -> None:
    keeping_records(store)
    set_session(ada, "prod", {"token": "EXAMPLE-1"})
    old = overview_of(eve, "prod")
    set_session(ada, "prod", {"token": "EXAMPLE-2"})
    assert secret_of(bob, "prod")
    put_back(eve, "prod", old if how == "put back" else overview_of(eve, "prod")._replace(parts=()))
    for vault in (ada, bob):
        with pytest.raises(RolledBack):
            secret_of(vault, "prod")


def test_what_only_others_used_is_not_remembered_here(ada: Vault, bob: Vault, eve: Vault, store: MemoryStore) -> None:
    keeping_records(store)
    old = overview_of(eve, "prod")
    update(ada, "prod", "EXAMPLE-newer")
    put_back(eve, "prod", old)
    assert secret_of(bob, "prod") == "EXAMPLE-prod"


def test_honest_changes_raise_what_is_remembered(ada: Vault, bob: Vault, store: MemoryStore) -> None:
    for number in range(3):
        update(bob, "prod", f"EXAMPLE-{number}")
        set_session(ada, "prod", {"token": f"EXAMPLE-{number}"})
        share(ada, "prod", bob)
        describe(bob, "prod", f"number {number}")
        assert secret_of(ada, "prod") == secret_of(bob, "prod") == f"EXAMPLE-{number}"


# Names that lead elsewhere


def exchange(eve: Vault, one: str, other: str) -> None:
    rename(eve, one, "aside")
    rename(eve, other, one)
    rename(eve, "aside", other)


def test_case_71_names_that_were_exchanged_are_refused_where_they_were_used(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore
) -> None:
    cyd = join(ada, store, "Cyd", MEMBER)
    add(cyd, "cyds", "EXAMPLE-of-cyd")
    share(cyd, "cyds", bob)
    assert secret_of(bob, "cyds") == "EXAMPLE-of-cyd"
    exchange(eve, "prod", "cyds")
    for name in ("prod", "cyds"):
        with pytest.raises(NameMoved):
            secret_of(bob, name)
    exchange(eve, "prod", "cyds")
    assert (secret_of(bob, "prod"), secret_of(bob, "cyds")) == ("EXAMPLE-prod", "EXAMPLE-of-cyd")


def test_case_71_names_of_records_that_one_person_wrote_are_exchanged_by_nobody_unasked(
    ada: Vault, bob: Vault, eve: Vault
) -> None:
    """Any member may exchange names: the other's values, sent elsewhere, are not what was meant."""
    share(ada, "test", bob)
    assert secret_of(bob, "test") == "EXAMPLE-test"
    exchange(eve, "prod", "test")
    with pytest.raises(NameMoved):
        secret_of(bob, "prod")


def test_case_71_a_name_that_a_member_took_over_is_refused_where_it_was_used(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore
) -> None:
    rename(eve, "prod", "aside")
    add(eve, "prod", "EXAMPLE-of-eve")
    share(eve, "prod", ada, bob)
    for vault in (ada, bob):
        with pytest.raises(NameMoved, match="values were written by Eve") as refused:
            secret_of(vault, "prod")
        assert refused.value.record == vault.find("prod").id
        with pytest.raises(NameMoved, match="by another name: 'prod', which leads to another record now"):
            secret_of(vault, "aside")
        vault.trust(vault.find("aside"))
        assert secret_of(vault, "aside") == "EXAMPLE-prod"
    assert secret_of(eve, "prod") == "EXAMPLE-of-eve"  # it is her own doing


def test_at_a_terminal_a_person_is_asked_and_asked_once(ada: Vault, bob: Vault, eve: Vault, store: MemoryStore) -> None:
    asked: list[Doubt] = []

    def answer(doubt: Doubt) -> bool:
        asked.append(doubt)
        return len(asked) > 1

    memory = bob.memory
    remove(eve, "prod")
    add(eve, "prod", "EXAMPLE-of-eve")
    share(eve, "prod", bob)
    at_terminal = Vault(store, bob.identity, memory=memory, confirm=answer)
    with pytest.raises(NameMoved):
        secret_of(at_terminal, "prod")
    assert secret_of(at_terminal, "prod") == "EXAMPLE-of-eve"
    assert secret_of(Vault(store, bob.identity, memory=memory), "prod") == "EXAMPLE-of-eve"
    assert len(asked) == 2
    assert {"added by Eve", "values written by Eve", "hosts api.example.com:8443"} <= set(asked[0].told)


def test_who_says_that_it_is_right_is_not_asked(ada: Vault, bob: Vault, eve: Vault) -> None:
    remove(eve, "prod")
    add(eve, "prod", "EXAMPLE-of-eve")
    share(eve, "prod", bob)
    bob.trust(bob.find("prod"))
    assert secret_of(bob, "prod") == "EXAMPLE-of-eve"


def test_case_71_honest_renames_are_silent(ada: Vault, bob: Vault) -> None:
    rename(ada, "prod", "production")
    assert secret_of(bob, "production") == "EXAMPLE-prod"
    rename(bob, "production", "prod")
    assert secret_of(ada, "prod") == "EXAMPLE-prod"


def test_case_71_a_record_that_was_added_anew_by_who_wrote_the_old_one_is_silent(ada: Vault, bob: Vault) -> None:
    remove(ada, "prod")
    add(ada, "prod", "EXAMPLE-anew")
    share(ada, "prod", bob)
    assert secret_of(bob, "prod") == "EXAMPLE-anew"
    remove(bob, "prod")
    add(bob, "prod", "EXAMPLE-of-bob")
    share(bob, "prod", ada)
    assert secret_of(ada, "prod") == "EXAMPLE-of-bob"


def test_case_71_one_person_on_two_machines_is_not_asked_about_his_own_records(ada: Vault, store: MemoryStore) -> None:
    other = elsewhere(ada, store)
    assert secret_of(other, "prod") == "EXAMPLE-prod"
    remove(ada, "prod")
    add(ada, "prod", "EXAMPLE-anew")
    assert secret_of(other, "prod") == "EXAMPLE-anew"


def test_two_identities_on_one_machine_remember_apart(ada: Vault, bob: Vault, eve: Vault, store: MemoryStore) -> None:
    shared = ProcessMemory()
    adas, bobs = (Vault(store, one.identity, memory=shared) for one in (ada, bob))
    assert secret_of(adas, "prod") == "EXAMPLE-prod"
    remove(eve, "prod")
    add(eve, "prod", "EXAMPLE-of-eve")
    share(eve, "prod", ada, bob)
    assert secret_of(bobs, "prod") == "EXAMPLE-of-eve"
    with pytest.raises(NameMoved):
        secret_of(adas, "prod")


# Guests


def test_case_63_a_guest_opens_the_names_that_it_was_told_and_no_others(
    ada: Vault, eve: Vault, store: MemoryStore
) -> None:
    job = join(ada, store, "ci", GUEST)
    share(ada, "prod", job)
    told = ada.checkpoint(job.state.me.id)
    rename(eve, "prod", "aside")
    add(eve, "prod", "EXAMPLE-of-eve")
    eve.edit(lambda edit: edit.share(edit.find("prod"), [job.state.me.id]))
    fresh = Vault(store, job.identity, checkpoint=told)
    with pytest.raises(NotPermitted, match="not among the names"):
        secret_of(fresh, "prod")
    with pytest.raises(NotPermitted, match="not among the names"):
        secret_of(fresh, "aside")


def test_a_guest_needs_a_new_line_for_what_is_shared_later(ada: Vault, bob: Vault, store: MemoryStore) -> None:
    job = join(ada, store, "ci", GUEST)
    share(ada, "prod", job)
    told = ada.checkpoint(job.state.me.id)
    ada.edit(lambda edit: edit.share(edit.find("test"), [job.state.me.id]))
    fresh = Vault(store, job.identity, checkpoint=told)
    assert secret_of(fresh, "prod") == "EXAMPLE-prod"
    with pytest.raises(NotPermitted, match="shared later"):
        secret_of(fresh, "test")
    assert secret_of(Vault(store, job.identity, checkpoint=ada.checkpoint(job.state.me.id)), "test") == "EXAMPLE-test"
