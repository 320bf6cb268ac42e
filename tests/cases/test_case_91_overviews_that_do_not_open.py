"""Case 91: a member leaves overviews that do not open, lie nowhere right, or lead to nothing: everybody goes on."""

import os
from collections.abc import Callable

import pytest

from nexcred.services.credentials.remove import remove_unopened
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.record import OVERVIEW, Header, RecordPlace, seal_overview
from nexcred.vault.roster import READER
from nexcred.vault.state import VerifiedState
from nexcred.vault.transaction import Transaction
from nexcred.vault.tree import name_tag, spoilt_tag, trash_tag
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, write_as_no_honest_program
from tests.support.lying_member import id_of, put
from tests.support.opened import Opened
from tests.support.people import KEY, as_who_holds, invite, keep, vault_of
from tests.support.sample_vault import add, update
from tests.support.shared_vault import rekey, secret_of, share
from tests.support.three_people import People, three_people


@pytest.fixture
def people() -> People:
    people = three_people()
    _, ada, bob, _ = people
    add(ada, "prod", "EXAMPLE-prod")
    add(bob, "bobs", "EXAMPLE-bobs")
    share(bob, "bobs", ada)
    return people


def link(liar: Vault, tag: Callable[[Transaction], bytes], record: bytes | None, digest: bytes = b"") -> None:
    """Let a place of the tree lead to these bytes; to a record that is there, or is not, without any."""

    def write(copy: Transaction) -> None:
        copy._link(tag(copy), digest if record is None else copy._keep(record))
        copy._size += 1

    write_as_no_honest_program(liar, write)


def of_name(name: str) -> Callable[[Transaction], bytes]:
    return lambda copy: name_tag(copy.state.keys.name, name)


def junk(liar: Vault) -> None:
    link(liar, of_name("junk"), os.urandom(300))


def nothing(liar: Vault) -> None:
    link(liar, of_name("nothing"), None, b"\1" * 32)


def a_sealed_overview_of_nonsense(liar: Vault) -> None:
    overview = overview_of(liar, "prod")
    for plaintext in (
        b"{}",
        b"[",
        b"",
        write_overview(overview)[:-2],
        write_overview(overview).replace(b'"name"', b'"no"'),
    ):
        place = RecordPlace(OVERVIEW, liar.vault_id, overview.record_id, 1, liar.epoch)
        sealed = seal_overview(place, plaintext, liar.state.vault_key, (), liar.state.keys.hint)
        link(liar, of_name(f"nonsense {len(plaintext)}"), sealed)


def details_for_an_overview(liar: Vault) -> None:
    digest = overview_of(liar, "prod").details
    link(liar, of_name("details"), None, digest)


def of_another_epoch(liar: Vault) -> None:
    overview = overview_of(liar, "prod")
    place = RecordPlace(OVERVIEW, liar.vault_id, overview.record_id, 1, 9)
    sealed = seal_overview(place, write_overview(overview), liar.state.vault_key, (), liar.state.keys.hint)
    link(liar, of_name("later"), sealed)


def under_a_tag_of_no_name(liar: Vault) -> None:
    link(liar, lambda _: b"\7" * 16, os.urandom(200))


def set_aside_already(liar: Vault) -> None:
    link(liar, lambda copy: spoilt_tag(copy.state.keys.name, b"\2" * 32), None, b"\2" * 32)


def in_the_trash(liar: Vault) -> None:
    record_id = overview_of(liar, "prod").record_id
    link(liar, lambda copy: trash_tag(copy.state.keys.name, record_id), os.urandom(200))


LEFTOVERS = [
    junk,
    nothing,
    a_sealed_overview_of_nonsense,
    details_for_an_overview,
    of_another_epoch,
    under_a_tag_of_no_name,
    set_aside_already,
    in_the_trash,
]


@pytest.mark.parametrize("leave", LEFTOVERS)
def test_case_91_the_others_are_served_and_what_is_wrong_is_told(
    people: People, leave: Callable[[Vault], None]
) -> None:
    leave(people.mal)
    assert people.ada.names() == ["bobs", "prod"]
    assert sorted(people.ada.map(lambda credential: credential.name)) == ["bobs", "prod"]
    assert sorted(one.name for one, _ in people.ada.histories(lambda _: True)) == ["bobs", "prod"]
    assert people.ada.problems or leave is set_aside_already
    assert people.ada.verify().faults
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"
    update(people.ada, "prod", "EXAMPLE-2")


def removes_a_member(people: People) -> None:
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal)))


def removes_another(people: People) -> None:
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))


def changes_a_role(people: People) -> None:
    people.ada.edit(lambda edit: edit.change_role(id_of(people.mal), READER))


def gets_new_keys(people: People) -> None:
    rekey(people.ada)


@pytest.mark.parametrize("act", [removes_a_member, removes_another, changes_a_role, gets_new_keys])
@pytest.mark.parametrize("leave", LEFTOVERS)
def test_case_91_nobody_stays_and_no_keys_stay_since_something_does_not_open(
    people: People, leave: Callable[[Vault], None], act: Callable[[People], None]
) -> None:
    leave(people.mal)
    act(people)
    act_again = Vault(people.store, people.ada.identity)
    assert act_again.names() == ["bobs", "prod"]
    assert (secret_of(act_again, "prod"), secret_of(act_again, "bobs")) == ("EXAMPLE-prod", "EXAMPLE-bobs")
    update(act_again, "prod", "EXAMPLE-2")
    add(act_again, "new", "EXAMPLE-new")
    assert act_again.names() == ["bobs", "new", "prod"]
    assert len(act_again.verify().faults) <= 6


def test_case_91_copies_of_a_record_under_other_names_stand_in_nobodys_way(people: People) -> None:
    for number in range(4):
        put(people.mal, overview_of(people.mal, "bobs")._replace(name=f"copy {number}"))
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    assert departure.disputed == ()
    assert "bobs" in departure.exposed
    assert secret_of(people.ada, "bobs") == "EXAMPLE-bobs"


def test_case_91_an_overview_under_two_names_stands_in_nobodys_way(people: People) -> None:
    def write(copy: Transaction) -> None:
        found = copy.find("bobs")
        assert found is not None
        copy._link(name_tag(copy.state.keys.name, "another"), found.digest)

    write_as_no_honest_program(people.mal, write)
    update(people.bob, "bobs", "EXAMPLE-bobs")
    assert set(people.ada.names()) == {"bobs", "prod"}
    assert "another number of credentials" in " ".join(people.ada.problems)
    removes_another(people)
    assert people.ada.names() == ["bobs", "prod"]
    assert secret_of(people.ada, "bobs") == "EXAMPLE-bobs"


def test_case_91_the_program_serves_the_others_and_ends_with_9(opened: Opened) -> None:
    keep(opened, "prod", "demo")
    mal = invite(opened, "mal", "--role", "member")
    junk(vault_of(mal))
    nothing(vault_of(mal))
    listed = opened("list")
    assert listed.code == 9
    assert "prod" in listed.out
    assert "demo" in listed.out
    assert "a record of the vault is damaged" in listed.err
    assert ", and 1 more" in listed.err
    assert opened("vault", "verify").code == 9
    got = opened("get", "prod/api_key")
    assert (got.code, got.out.strip()) == (0, KEY.format("prod"))
    assert opened("member", "remove", "mal", "--yes").code == 0
    assert opened("vault", "rekey", "-o", "new.identity").code == 0
    again = as_who_holds(opened, (opened.home / "new.identity").read_text().strip())
    assert again("get", "demo/api_key").out.strip() == KEY.format("demo")
    assert again("list").code == 0, "what was set aside is told by verify"
    assert again("vault", "verify").code == 9


def test_case_91_what_does_not_open_is_removed_without_what_it_leads_to(people: People) -> None:
    """A name of his leads to the values of hers, another to her overview: to remove them costs her nothing."""
    link(people.mal, of_name("one"), None, overview_of(people.mal, "prod").details)

    def write(copy: Transaction) -> None:
        found = copy.find("prod")
        assert found is not None
        copy._link(name_tag(copy.state.keys.name, "two"), found.digest)

    write_as_no_honest_program(people.mal, write)
    for name in ("one", "two"):
        remove_unopened(people.ada, name)
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"
    assert people.ada.names() == ["bobs", "prod"]


def test_case_91_what_many_names_lead_to_is_opened_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large overview under thousands of names would have a removal take hours: counted in overviews opened."""
    prod = people.ada.look(lambda copy: found_digest(copy, "prod"))
    for number in range(200):
        link(people.mal, of_name(f"also {number}"), None, prod)
    opened = 0
    open_overview = VerifiedState.open_overview

    def counted(state: VerifiedState, record: bytes, read: Callable[[bytes], Overview]) -> tuple[Header, Overview]:
        nonlocal opened
        opened += 1
        return open_overview(state, record, read)

    monkeypatch.setattr(VerifiedState, "open_overview", counted)
    assert "'prod' stands under another name's tag" in people.ada.verify().faults
    people.ada.edit(lambda edit: edit.dismiss(people.mal.state.me.id))
    assert opened < 50
    monkeypatch.undo()
    assert sorted(people.ada.names()) == ["bobs", "prod"]
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"


def found_digest(copy: Transaction, name: str) -> bytes:
    found = copy.find(name)
    assert found is not None
    return found.digest
