"""Whatever a member lets names lead to: it stands in nobody's way, and reading names it and serves the others."""

from collections.abc import Callable

import pytest

from nexcred.errors import Damaged, Disputed, NotPermitted, Tampered
from nexcred.vault.record import DETAILS, OVERVIEW, SESSION, seal_overview
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.transaction import Transaction
from nexcred.vault.tree import name_tag
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview, write_as_no_honest_program
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, remove, set_session, update
from tests.support.shared_vault import adas_vault, join, rekey, secret_of, share

Spoil = Callable[[Transaction], object]


@pytest.fixture
def ada(store: MemoryStore) -> Vault:
    ada = adas_vault(store)
    add(ada, "spare", "EXAMPLE-spare")
    return ada


@pytest.fixture
def eve(ada: Vault, store: MemoryStore) -> Vault:
    return join(ada, store, "Eve", MEMBER)


def garbage(copy: Transaction) -> None:
    """Let "spare" lead to what is no record."""
    found = copy.find("spare")
    assert found is not None
    copy.drop(found.digest)
    copy._link(found.tag, copy._keep(b"EXAMPLE of what is no record"))


def gone(copy: Transaction) -> None:
    """Let "spare" lead to a record that is not there."""
    found = copy.find("spare")
    assert found is not None
    copy.drop(found.digest)
    copy._link(found.tag, found.digest)


def elsewhere(copy: Transaction) -> None:
    """Let "spare" stand under another name's tag."""
    found = copy.find("spare")
    assert found is not None
    copy._unlink(found.tag)
    copy._link(name_tag(copy.state.keys.name, "another"), found.digest)


def twice(copy: Transaction) -> None:
    """Let another name lead to "spare" as well."""
    found = copy.find("spare")
    assert found is not None
    copy._link(name_tag(copy.state.keys.name, "another"), found.digest)


def another_shape(copy: Transaction) -> None:
    """Seal, under "spare", an overview that says nothing."""
    found = copy.find("spare")
    assert found is not None
    copy.drop(found.digest)
    place = copy._place(OVERVIEW, found.overview.record_id, found.revision + 1)
    copy._link(found.tag, copy._keep(seal_overview(place, b"{}", copy.state.vault_key, (), copy.state.keys.hint)))


SPOILING = [garbage, gone, elsewhere, twice, another_shape]


@pytest.fixture(params=SPOILING, ids=lambda spoil: spoil.__name__)
def spoil(request: pytest.FixtureRequest) -> Spoil:
    chosen: Spoil = request.param
    return chosen


def expect_the_others(vault: Vault) -> None:
    names = vault.names()
    assert {"prod", "test"} <= set(names)
    assert names == sorted(set(names))


def test_case_91_the_others_are_listed_read_and_written(ada: Vault, eve: Vault, spoil: Spoil) -> None:
    write_as_no_honest_program(eve, spoil)
    for vault in (ada, eve):
        expect_the_others(vault)
        assert sorted(set(vault.map(lambda one: one.name)) & {"prod", "test"}) == ["prod", "test"]
        assert {one.name for one, _ in vault.histories(lambda _: True)} >= {"prod", "test"}
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    update(ada, "prod", "EXAMPLE-next")
    remove(ada, "test")
    add(ada, "test", "EXAMPLE-anew")
    assert secret_of(ada, "test") == "EXAMPLE-anew"


def test_case_91_it_is_named_and_ends_in_an_error(ada: Vault, eve: Vault, spoil: Spoil) -> None:
    write_as_no_honest_program(eve, spoil)
    assert len(ada.verify().faults) == 1
    ada.names()
    assert len(ada.problems) == (0 if spoil in (elsewhere, twice) else 1)  # those are read, under the name they say


def test_case_91_who_did_it_can_be_removed_and_nothing_stays_in_the_way(
    ada: Vault, eve: Vault, store: MemoryStore, spoil: Spoil
) -> None:
    write_as_no_honest_program(eve, spoil)
    ada.edit(lambda edit: edit.dismiss(eve.state.me.id))
    expect_the_others(ada)
    assert ada.problems == []
    is_whole = spoil in (twice, elsewhere)
    assert len(ada.verify().faults) == (0 if is_whole else 1)
    if not is_whole:
        add(ada, "spare", "EXAMPLE-anew")
    assert secret_of(ada, "spare") == ("EXAMPLE-spare" if is_whole else "EXAMPLE-anew")
    again = Vault(store, ada.identity, now=lambda: NOW)
    expect_the_others(again)
    update(again, "prod", "EXAMPLE-next")
    join(ada, store, "Bob", MEMBER)
    expect_the_others(ada)


def test_case_91_new_keys_are_made_all_the_same(ada: Vault, eve: Vault, store: MemoryStore, spoil: Spoil) -> None:
    write_as_no_honest_program(eve, spoil)
    rekey(ada)
    rekey(eve)
    expect_the_others(ada)
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    assert len(ada.verify().faults) == (0 if spoil in (twice, elsewhere) else 1)


def test_case_91_a_role_is_taken_away_all_the_same(ada: Vault, eve: Vault, store: MemoryStore, spoil: Spoil) -> None:
    write_as_no_honest_program(eve, spoil)
    ada.edit(lambda edit: edit.change_role(eve.state.me.id, "reader"))
    with pytest.raises(NotPermitted):
        add(eve, "new")
    expect_the_others(ada)
    ada.edit(lambda edit: edit.change_role(eve.state.me.id, GUEST))
    assert eve.names() == []
    expect_the_others(ada)


@pytest.mark.parametrize("spoil", [garbage, gone, another_shape, elsewhere], ids=lambda spoil: spoil.__name__)
def test_case_91_a_name_that_does_not_open_can_be_cleared(ada: Vault, eve: Vault, spoil: Spoil) -> None:
    write_as_no_honest_program(eve, spoil)
    name = "another" if spoil is elsewhere else "spare"
    with pytest.raises(Tampered):
        ada.find(name)
    ada.change(lambda copy: copy.discard(name))
    assert not ada.has(name)
    add(ada, name, "EXAMPLE-anew")
    assert secret_of(ada, name) == "EXAMPLE-anew"
    assert ada.verify().faults == ()


def test_a_record_under_two_names_is_one_record_after_it_was_written(ada: Vault, eve: Vault) -> None:
    write_as_no_honest_program(eve, twice)
    update(ada, "spare", "EXAMPLE-next")
    ada.edit(lambda edit: edit.dismiss(eve.state.me.id))
    assert ada.names() == ["prod", "spare", "test"]
    assert secret_of(ada, "spare") == "EXAMPLE-next"
    assert ada.find("spare") == next(one for one in ada.credentials() if one.name == "spare")


def test_one_record_under_two_names_by_two_overviews_is_no_way_to_it(
    ada: Vault, eve: Vault, store: MemoryStore
) -> None:
    """Eve seals an overview of "spare" once more, under another name."""

    def double(copy: Transaction) -> None:
        found = copy.find("spare")
        assert found is not None
        copy._size += 1
        copy._link(
            name_tag(copy.state.keys.name, "double"),
            copy.seal_overview(found.overview._replace(name="double"), found.revision + 1),
        )

    write_as_no_honest_program(eve, double)
    assert ada.names() == ["double", "prod", "spare", "test"]
    for name in ("double", "spare"):
        assert secret_of(ada, name) == "EXAMPLE-spare"
    update(ada, "spare", "EXAMPLE-next")
    with pytest.raises(Damaged):
        secret_of(ada, "double")
    ada.edit(lambda edit: edit.dismiss(eve.state.me.id))
    rekey(ada)
    assert secret_of(ada, "spare") == "EXAMPLE-next"
    remove(ada, "double")
    assert secret_of(ada, "spare") == "EXAMPLE-next"
    assert ada.names() == ["prod", "spare", "test"]


@pytest.mark.parametrize("how", ["details", "past", "session"])
def test_a_part_that_a_member_took_away_stops_neither_a_removal_nor_new_keys(
    ada: Vault, eve: Vault, store: MemoryStore, how: str
) -> None:
    share(ada, "spare", eve)
    update(eve, "spare", "EXAMPLE-of-eve")
    ada.edit(lambda edit: edit.set_session(edit.find("spare"), {"token": "EXAMPLE"}))

    def take(copy: Transaction) -> None:
        found = copy.find("spare")
        assert found is not None
        overview = found.overview
        copy.drop({"details": overview.details, "past": overview.past[0], "session": overview.record_of(3)}[how])
        copy.put(overview, found.revision + 1, instead_of=found)

    write_as_no_honest_program(eve, take)
    rekey(ada)
    gone = ada.edit(lambda edit: edit.dismiss(eve.state.me.id))
    assert gone.exposed == ("spare",)
    rekey(ada)
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    if how != "details":
        assert secret_of(ada, "spare") == "EXAMPLE-of-eve"
        update(ada, "spare", "EXAMPLE-next")
        assert secret_of(ada, "spare") == "EXAMPLE-next"
    remove(ada, "spare")
    assert ada.names() == ["prod", "test"]


@pytest.mark.parametrize("part", [DETAILS, SESSION])
@pytest.mark.parametrize("how", ["changed", "exchanged"])
def test_what_others_hold_is_proved_from_outside(
    ada: Vault, eve: Vault, store: MemoryStore, part: int, how: str
) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    for name in ("bobs", "other"):
        add(bob, name)
        set_session(bob, name, {"token": "EXAMPLE"})
    assert ada.verify().faults == ()
    bobs, other = overview_of(bob, "bobs"), overview_of(bob, "other")
    if how == "changed":
        record = bobs.details if part == DETAILS else bobs.record_of(SESSION)
        assert record is not None
        sealed = store.tables.items[record]
        store.tables.items[record] = sealed[:-1] + bytes([sealed[-1] ^ 1])
    elif part == DETAILS:
        rewrite_overview(eve, "bobs", lambda _: {"details": other.details})
    else:
        rewrite_overview(eve, "bobs", lambda old: {"parts": (old.parts[0]._replace(record=other.record_of(SESSION)),)})
    (fault,) = ada.verify().faults
    assert "'bobs'" in fault


def test_a_disputed_record_stops_neither_a_removal_nor_new_keys(ada: Vault, eve: Vault, store: MemoryStore) -> None:
    job = join(ada, store, "ci", GUEST)
    share(ada, "spare", job)
    rewrite_overview(eve, "spare", lambda old: {"access": old.access._replace(signer=eve.state.me.id)})
    rekey(ada)
    ada.edit(lambda edit: edit.dismiss(eve.state.me.id))
    with pytest.raises(Disputed):
        secret_of(ada, "spare")
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    remove(ada, "spare")
