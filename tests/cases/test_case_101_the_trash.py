"""Case 101: what lies in the trash is nobody's to give, to take, to exchange or to end who could not before.

Ada is the owner and added "prod", which Bob holds too. Mallory is a member who was never granted it: he may put any
record into the trash and link it back, as he may hide or rename any. Gus is a guest who holds it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import pytest

from nexcred.errors import (
    CredentialNotFound,
    Disputed,
    NameMoved,
    NameTaken,
    NotPermitted,
    RolledBack,
    Tampered,
)
from nexcred.services.credentials.trash import find_removed
from nexcred.services.credentials.trash import take_out as bring_back
from nexcred.vault.access_list import WRITE
from nexcred.vault.changes import Changes
from nexcred.vault.edit import Edit
from nexcred.vault.memory import Doubt, ProcessMemory
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.record import OVERVIEW, open_as, seal_overview
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.transaction import Transaction
from nexcred.vault.trash import KEPT, MOST_AT_ONCE
from nexcred.vault.tree import find_in_leaf, name_tag, trash_tag
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, write_as_no_honest_program
from tests.support.lying_member import (
    Kept,
    WatchedStore,
    id_of,
    keep_record,
    put_back,
    signed_by,
    throw_away,
    with_forged_details,
    with_holders,
)
from tests.support.memory_store import MemorySnapshot, MemoryStore
from tests.support.remembering import asking
from tests.support.sample_vault import NOW, add, details, draft, remove, update
from tests.support.shared_vault import adas_vault, join, rekey, secret_of, share


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


def test_case_101_what_is_removed_comes_back_as_it_was(people: People) -> None:
    update(people.ada, "prod", "EXAMPLE-2")
    before = people.ada.find("prod")
    remove(people.ada, "prod")
    assert people.ada.names() == people.bob.names() == ["test"]
    with pytest.raises(CredentialNotFound):
        people.bob.find("prod")
    assert in_trash(people.ada) == in_trash(people.bob) == ["prod"]
    take_out(people.bob, "prod")
    after = people.ada.find("prod")
    assert before._replace(revision=after.revision, updated_at=after.updated_at) == after
    assert [one.version for one in people.ada.history(after)] == [2, 1]
    assert secret_of(people.gus, "prod") == secret_of(people.bob, "prod") == "EXAMPLE-2"
    assert not people.ada.verify().faults


def test_case_101_who_holds_nothing_of_it_neither_sees_it_nor_takes_it_out_nor_ends_it(people: People) -> None:
    record_id = overview_of(people.ada, "prod").record_id
    remove(people.mallory, "prod")  # any member hides any record; who holds it has it back
    assert in_trash(people.mallory) == []
    with pytest.raises(NotPermitted, match="only who holds it"):
        people.mallory.edit(lambda edit: edit.take_out(record_id))
    for vault in (people.mallory, people.bob):
        with pytest.raises(NotPermitted, match="only whoever added"):
            vault.edit(lambda edit: edit.empty(record_id))
    with pytest.raises(NotPermitted, match="only whoever added"):
        people.bob.edit(lambda edit: edit.purge(edit.find("test")))
    take_out(people.bob, "prod")
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"


def test_case_101_who_links_it_back_by_force_gives_it_to_nobody(people: People) -> None:
    kept = keep_record(people.mallory, "prod")
    remove(people.ada, "prod")
    put_back(people.mallory, kept)
    with pytest.raises(NotPermitted):
        secret_of(people.mallory, "prod")
    assert "EXAMPLE-prod" not in people.store.sealed_to(people.mallory)
    assert secret_of(people.bob, "prod") == "EXAMPLE-prod"


@pytest.mark.parametrize("where", ["list", "values"])
def test_case_101_what_was_forged_in_the_trash_does_not_come_back(people: People, where: str) -> None:
    remove(people.ada, "prod")
    (there,) = people.ada.trash()
    old = removed_overview(people.mallory, bytes.fromhex(there.credential.id))
    if where == "list":
        access = signed_by(people.mallory, with_holders(old, {id_of(people.mallory): WRITE}))
        put_in_trash(people.mallory, old._replace(access=access))
    else:
        forged = with_forged_details(people.mallory, old, details("EXAMPLE-evil"), [people.ada, people.bob])
        put_in_trash(people.mallory, forged.overview, records=forged.records)
    with pytest.raises(Disputed):
        take_out(people.bob, "prod")
    take_out(people.ada, "prod")  # so that she can settle it
    for vault in (people.ada, people.bob, people.mallory):
        with pytest.raises((Disputed, NotPermitted)):
            secret_of(vault, "prod")
    assert "EXAMPLE-prod" not in people.store.sealed_to(people.mallory)


def test_case_101_another_record_in_its_place_is_not_taken_for_it(people: People) -> None:
    add(people.mallory, "his", "EXAMPLE-evil")
    share(people.mallory, "his", people.ada, people.bob)
    record_id = overview_of(people.ada, "prod").record_id
    remove(people.ada, "prod")
    his = overview_of(people.mallory, "his")._replace(name="prod", removed_at=NOW)
    put_in_trash(people.mallory, his, under=record_id)
    assert in_trash(people.ada) == []
    with pytest.raises(Tampered, match="leads to what was not removed"):
        people.ada.edit(lambda edit: edit.take_out(record_id))
    assert people.ada.verify().faults


def test_case_101_his_own_record_by_that_name_in_the_trash_is_asked_about(people: People) -> None:
    add(people.mallory, "his", "EXAMPLE-evil")
    share(people.mallory, "his", people.ada, people.bob)
    people.ada.edit(lambda edit: edit.purge(edit.find("prod")))
    record_id = overview_of(people.ada, "his").record_id
    put_in_trash(people.mallory, overview_of(people.mallory, "his")._replace(name="prod", removed_at=NOW))
    for new in (None, "another"):
        with pytest.raises(NameMoved):
            take_out(people.ada, "prod", new)
        with pytest.raises(NameMoved):
            people.ada.edit(partial(Edit.take_out, record_id=record_id, name=new))
    asked: list[Doubt] = []
    people.ada._confirm = asking(asked)
    looked_at = people.ada.expect_removed(record_id, is_renamed=False)
    assert any("Mallory" in line for one in asked for line in (one.what, *one.told))
    people.ada.edit(lambda edit: edit.take_out(record_id, None, looked_at))
    assert secret_of(people.ada, "prod") == "EXAMPLE-evil"


def test_case_101_ones_own_values_come_back_under_another_name_unasked(people: People) -> None:
    remove(people.ada, "prod")
    add(people.ada, "prod", "EXAMPLE-later")
    assert secret_of(people.ada, "prod") == "EXAMPLE-later"
    take_out(people.ada, "prod", "before")
    assert secret_of(people.ada, "before") == "EXAMPLE-prod"


def test_case_101_a_guest_opens_nothing_in_the_trash(people: People) -> None:
    credential = people.gus.find("prod")
    remove(people.ada, "prod")
    assert people.gus.trash() == []
    assert people.gus.names() == []
    for read in (people.gus.details, people.gus.history, people.gus.session):
        with pytest.raises(CredentialNotFound):
            read(credential)
    for record in MemorySnapshot(people.store.tables)._tables.items.values():
        if record[5] == OVERVIEW:
            with pytest.raises(NotPermitted):
                open_as(record, people.gus.identity, None)


def test_case_101_who_left_while_it_lay_there_does_not_get_it_back(people: People) -> None:
    remove(people.ada, "prod")
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    assert departure.exposed == ("prod",)
    take_out(people.ada, "prod")
    again = join(people.ada, people.store, "Bob", MEMBER)
    update(people.ada, "prod", "EXAMPLE-after")
    assert [one.full_name for one in people.ada.holders(people.ada.find("prod"))] == ["Ada Example", "Gus"]
    with pytest.raises(NotPermitted):
        secret_of(again, "prod")
    assert "EXAMPLE-after" not in people.store.sealed_to(people.bob)


def test_case_101_what_somebody_who_left_wrote_stays_good_in_the_trash(people: People) -> None:
    update(people.bob, "prod", "EXAMPLE-of-bob")
    remove(people.bob, "prod")
    assert people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob))).pinned == ("prod",)
    take_out(people.ada, "prod")
    assert secret_of(people.gus, "prod") == secret_of(people.ada, "prod") == "EXAMPLE-of-bob"


def test_case_101_new_keys_take_the_trash_along(people: People) -> None:
    remove(people.ada, "prod")
    rekeyed = rekey(people.ada)
    assert rekeyed.disputed == ()
    assert rekeyed.resealed == 1  # what is in the trash is not counted
    assert in_trash(people.ada) == ["prod"]
    take_out(people.ada, "prod")
    assert secret_of(people.ada, "prod") == secret_of(people.bob, "prod") == "EXAMPLE-prod"
    assert not people.ada.verify().faults


def test_case_101_new_keys_ask_about_what_was_signed_elsewhere_in_the_trash_too(people: People) -> None:
    remove(people.ada, "prod")
    elsewhere = at(people, people.ada, NOW, ProcessMemory())
    assert {one.overview.name for one in elsewhere.signed_elsewhere()} == {"prod", "test"}


def test_case_101_storage_neither_brings_it_back_nor_hides_it(people: People) -> None:
    before = people.store.tables.copy()
    remove(people.ada, "prod")
    after = people.store.tables.copy()
    people.store.tables = before
    with pytest.raises(RolledBack):
        people.ada.names()
    people.store.tables = after
    assert in_trash(people.ada) == ["prod"]
    record_id = bytes.fromhex(people.ada.trash()[0].credential.id)
    tag = trash_tag(people.ada.state.keys.name, record_id)
    leaf = after.leaves[tag[0]]
    position = leaf.index(tag)
    people.store.tables.leaves[tag[0]] = leaf[:position] + leaf[position + 48 :]
    with pytest.raises(Tampered):
        people.ada.trash()


def test_case_101_an_older_state_of_it_in_the_trash_is_a_rollback(people: People) -> None:
    old = keep_record(people.ada, "prod")
    update(people.ada, "prod", "EXAMPLE-2")
    remove(people.ada, "prod")
    put_in_trash(people.mallory, old.overview._replace(removed_at=NOW), records=old.records)
    with pytest.raises(RolledBack):
        take_out(people.ada, "prod")


def test_case_101_under_its_name_what_says_it_is_in_the_trash_is_not_served(people: People) -> None:
    old = overview_of(people.ada, "prod")

    def write(copy: Transaction) -> None:
        place = copy._place(OVERVIEW, old.record_id, 9)
        forged = write_overview(old._replace(removed_at=NOW))
        sealed = seal_overview(place, forged, copy.state.vault_key, (), copy.state.keys.hint)
        copy._link(name_tag(copy.state.keys.name, "prod"), copy._keep(sealed))

    write_as_no_honest_program(people.mallory, write)
    with pytest.raises(Tampered, match="said to be in the trash"):
        people.ada.find("prod")
    assert people.ada.verify().faults


def test_case_101_a_second_overview_in_the_trash_stops_no_removal(people: People) -> None:
    old = overview_of(people.ada, "prod")
    put_in_trash(people.mallory, old._replace(removed_at=NOW, description="a double"))
    remove(people.ada, "prod")
    assert [one.credential.description for one in people.ada.trash()] == ["about prod"]
    assert people.ada.size == 2
    assert not people.ada.verify().faults


def test_case_101_an_overview_filled_to_its_end_stops_no_removal(people: People) -> None:
    old = overview_of(people.ada, "prod")
    room = 4 * 1024 * 1024 - len(write_overview(old._replace(description="")))
    put_back(people.mallory, Kept(old._replace(description="x" * room), ()))
    remove(people.ada, "prod")
    take_out(people.ada, "prod")
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"


@pytest.mark.parametrize("year", [1, 9999])
def test_case_101_no_date_that_a_member_writes_ends_it_early_or_stops_a_write(people: People, year: int) -> None:
    throw_away(people.mallory, "prod", datetime(year, 12, 31, 23, tzinfo=UTC))
    assert in_trash(people.ada) == ["prod"]
    later = at(people, people.ada, NOW + KEPT - timedelta(minutes=1))
    add(later, "new")
    assert in_trash(later) == ["prod"]
    much_later = at(people, people.ada, NOW + 2 * KEPT)
    add(much_later, "newer")
    assert in_trash(much_later) == (["prod"] if year == 9999 else [])


def test_case_101_the_days_are_over_for_who_added_it_and_for_owners_alone(people: People) -> None:
    add(people.mallory, "his")
    remove(people.mallory, "his")
    remove(people.bob, "prod")
    after = NOW + KEPT
    bob = at(people, people.bob, after)
    add(bob, "a write of somebody else")
    assert in_trash(bob) == ["prod"]
    mallory = at(people, people.mallory, after)
    add(mallory, "a write of who added one")
    assert (in_trash(mallory), in_trash(bob)) == ([], ["prod"])
    ada = at(people, people.ada, after)
    assert in_trash(ada) == ["prod"]  # which she sees for the first time
    add(ada, "too early for her")
    assert in_trash(ada) == ["prod"]
    much_later = at(people, people.ada, after + KEPT)
    add(much_later, "a write of an owner")
    assert in_trash(much_later) == []
    assert not much_later.verify().faults
    assert "EXAMPLE-prod" not in str(much_later.trash())


def test_case_101_what_was_taken_out_and_removed_again_begins_anew(people: People) -> None:
    remove(people.ada, "prod")
    later = at(people, people.ada, NOW + KEPT - timedelta(days=1))
    take_out(later, "prod")
    remove(later, "prod")
    after = at(people, people.ada, NOW + KEPT + timedelta(days=1))
    add(after, "a write")
    assert in_trash(after) == ["prod"]
    last = at(people, people.ada, NOW + 2 * KEPT)
    add(last, "another write")
    assert in_trash(last) == []


def test_case_101_what_is_spoilt_in_the_trash_stops_no_write(people: People) -> None:
    remove(people.ada, "prod")
    (there,) = people.ada.trash()
    tag = trash_tag(people.ada.state.keys.name, bytes.fromhex(there.credential.id))

    def spoil(copy: Transaction) -> None:
        copy._link(tag, copy._keep(b"nothing that opens, EXAMPLE" * 9))

    write_as_no_honest_program(people.mallory, spoil)
    after = at(people, people.ada, NOW + 2 * KEPT)
    add(after, "a write")
    assert after.has("a write")


def test_case_101_its_name_is_free_and_then_taken(people: People) -> None:
    remove(people.ada, "prod")
    add(people.ada, "PROD", "EXAMPLE-new")
    with pytest.raises(NameTaken):
        take_out(people.ada, "prod")
    take_out(people.ada, "prod", "prod, as it was")
    assert secret_of(people.ada, "prod, as it was") == "EXAMPLE-prod"
    assert secret_of(people.ada, "prod") == "EXAMPLE-new"


def test_case_101_a_full_trash_costs_who_does_not_look_at_it_no_row() -> None:
    store = CountingStore()
    ada = adas_vault(store)
    ada.edit(_add_many)
    ada.edit(_remove_many)
    acts: tuple[Callable[[], object], ...] = (
        lambda: secret_of(ada, "prod"),
        lambda: add(ada, "new"),
        lambda: ada.edit(lambda edit: edit.update(edit.find("new"), Changes(description="new"))),
        lambda: remove(ada, "new"),
        ada.names,
        lambda: ada.map(lambda credential: credential.name),
    )
    for act in acts:
        store.read_rows = 0
        act()
        assert store.read_rows < 20
    assert ada.names() == ["prod", "test"]
    # On a machine that has not seen it, all of it is read once.
    fresh = Vault(store, ada.identity, now=lambda: NOW)
    assert fresh.names() == ["prod", "test"]
    store.read_rows = 0
    assert fresh.names() == ["prod", "test"]
    assert store.read_rows < 20
    # And what is over goes by the thousand, so that no write waits for all of it.
    later = Vault(store, ada.identity, memory=ada._memory, now=lambda: NOW + 2 * KEPT)
    add(later, "one write")
    assert len(later.trash()) == 201
    add(later, "another one")
    assert later.trash() == []
    assert not later.verify().faults


def _add_many(edit: Edit) -> None:
    for number in range(MOST_AT_ONCE + 200):
        edit.add(draft(f"old {number}"))


def _remove_many(edit: Edit) -> None:
    for number in range(MOST_AT_ONCE + 200):
        edit.remove(edit.find(f"old {number}"))


class CountingSnapshot(MemorySnapshot):
    """Counts the records that are read."""

    def __init__(self, store: "CountingStore") -> None:
        super().__init__(store.tables)
        self._store = store

    def item(self, digest: bytes) -> bytes | None:
        self._store.read_rows += 1
        return super().item(digest)

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for found in super().items(digests):
            self._store.read_rows += 1
            yield found


class CountingStore(MemoryStore):
    read_rows = 0

    @contextmanager
    def read(self) -> Iterator[MemorySnapshot]:
        with super().read():
            yield CountingSnapshot(self)

    @contextmanager
    def write(self) -> Iterator[MemorySnapshot]:
        with super().write():
            yield CountingSnapshot(self)
