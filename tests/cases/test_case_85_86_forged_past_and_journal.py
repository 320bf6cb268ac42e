"""Cases 85 and 86: a past that nobody wrote under a pinned statement, and a journal that nobody wrote."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from nexcred.errors import Damaged, Disputed, NexcredError, RevisionNotFound, RolledBack, Tampered
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.primitives import digest
from nexcred.vault.record import OVERVIEW, ROTATION, RecordPlace, seal_overview
from nexcred.vault.roster import MEMBER
from nexcred.vault.statements import ENDED, hash_statement
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of
from tests.support.lying_member import (
    Kept,
    id_of,
    keep_record,
    put_back,
    with_forged_details,
    with_forged_part,
)
from tests.support.opened import Opened
from tests.support.people import invite, keep, vault_of
from tests.support.restoring import restore
from tests.support.sample_vault import add, details, update
from tests.support.shared_vault import join, rekey, secret_of, share
from tests.support.three_people import People, three_people


@pytest.fixture
def people() -> People:
    """Ada wrote "prod" twice and shared it with Bob then, so that its statement is pinned."""
    people = three_people()
    _, ada, bob, _ = people
    add(ada, "prod", "EXAMPLE-1")
    update(ada, "prod", "EXAMPLE-2")
    share(ada, "prod", bob)
    return people


def forged_past(liar: Vault, present: Overview, readers: list[Vault], by: bytes | None) -> tuple[Overview, list[bytes]]:
    """Return an overview of revision 1 with other values, and the records that go with it."""
    forged = with_forged_details(liar, present._replace(version=0), details("EXAMPLE-evil"), readers, by=by)
    past = forged.overview._replace(past=())
    place = RecordPlace(OVERVIEW, liar.vault_id, past.record_id, 1, liar.epoch)
    sealed = seal_overview(place, write_overview(past), liar.state.vault_key, (), liar.state.keys.hint)
    return past, [*forged.records, sealed]


def beside_the_statement(people: People, past: Overview) -> Overview:
    """Let the history lead to it, and the present statement say what it said."""
    del past
    return people.present()


def in_the_statement(people: People, past: Overview) -> Overview:
    """Let the pinned statement name it as the one before, under her signature."""
    present = people.present()
    assert present.statement is not None
    assert past.statement is not None
    previous = hash_statement(past.statement, people.mal.vault_id, present.record_id)
    return present._replace(statement=present.statement._replace(previous=previous))


def as_what_the_present_one_confirms(people: People, past: Overview) -> Overview:
    """As if the present values were confirmed ones from before an upgrade, whose history goes on there."""
    present = people.present()
    assert present.statement is not None
    assert past.statement is not None
    previous = hash_statement(past.statement, people.mal.vault_id, present.record_id)
    return present._replace(inherited=present.statement._replace(by=bytes(16), previous=previous))


@pytest.mark.parametrize("in_adas_name", [False, True])
@pytest.mark.parametrize("lead", [beside_the_statement, in_the_statement, as_what_the_present_one_confirms])
def test_case_85_a_past_that_nobody_wrote_is_not_given_out_nor_brought_back(
    people: People, lead: Callable[[People, Overview], Overview], in_adas_name: bool
) -> None:
    readers = [people.ada, people.bob]
    past, records = forged_past(people.mal, people.present(), readers, id_of(people.ada) if in_adas_name else None)
    put_back(people.mal, Kept(lead(people, past)._replace(past=(digest(records[-1]),)), tuple(records)))
    fresh = Vault(people.store, people.bob.identity)
    for vault in (people.ada, people.bob, fresh):
        with pytest.raises(Tampered):
            vault.details_at(vault.find("prod"), 1)
        with pytest.raises(Tampered):
            vault.history(vault.find("prod"))
        with pytest.raises(Tampered):
            restore(vault, "prod", 1)
        assert len(vault.verify().faults) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda people: share(people.ada, "prod", people.bob),
        lambda people: rekey(people.ada),
        lambda people: update(people.ada, "prod", "EXAMPLE-3"),
        lambda people: people.ada.edit(lambda edit: edit.settle("prod", [id_of(people.ada)], 1)),
    ],
)
def test_case_85_whatever_is_done_meanwhile_it_is_no_past_of_hers(
    people: People, act: Callable[[People], object]
) -> None:
    past, records = forged_past(people.mal, people.present(), [people.ada], id_of(people.ada))
    lie = beside_the_statement(people, past)._replace(past=(digest(records[-1]),))
    put_back(people.mal, Kept(lie, tuple(records)))
    with suppress(NexcredError):
        act(people)
    with pytest.raises((Damaged, RevisionNotFound)):
        people.ada.details_at(people.ada.find("prod"), 1)


def test_case_85_the_program_brings_no_such_revision_back(opened: Opened) -> None:
    keep(opened, "prod")
    held = {"HELD": "EXAMPLE-2"}
    assert opened("update", "prod", "--set", "api_key=env:HELD", "--no-probe", environment=held).code == 0
    mal = invite(opened, "mal", "--role", "member")
    liar, ada = vault_of(mal), vault_of(opened)
    present = overview_of(liar, "prod")
    past, records = forged_past(liar, present, [ada], id_of(ada))
    assert past.version == 1
    put_back(liar, Kept(present._replace(past=(digest(records[-1]),)), tuple(records)))
    for command in (
        ("restore", "prod", "--revision", "1"),
        ("history", "prod"),
    ):
        ran = opened(*command)
        assert (ran.code, ran.out) == (9, ""), (command, ran.err)
    assert opened("get", "prod/api_key").out.strip() == "EXAMPLE-2"


JOURNAL = b'{"candidate": {"api_key": "EXAMPLE-evil"}, "step": "proved"}'


def by_himself(people: People) -> Kept:
    return with_forged_part(people.mal, people.present(), ROTATION, JOURNAL, [people.ada, people.bob])


def in_bobs_name(people: People) -> Kept:
    readers = [people.ada, people.bob]
    return with_forged_part(people.mal, people.present(), ROTATION, JOURNAL, readers, by=id_of(people.bob))


@pytest.mark.parametrize("forge", [by_himself, in_bobs_name])
def test_case_86_a_forged_journal_is_nothing_to_go_on_with(people: People, forge: Callable[[People], Kept]) -> None:
    """Whoever resumes a rotation proves the whole record first, as whoever uses, shares or changes it does."""
    put_back(people.mal, forge(people))
    for vault in (people.ada, people.bob, Vault(people.store, people.bob.identity)):
        with pytest.raises(Disputed, match="its rotation is"):
            vault.proved(vault.find("prod"))
        with pytest.raises(Disputed):
            secret_of(vault, "prod")
        with pytest.raises(Disputed):
            update(vault, "prod", "EXAMPLE-3")
        assert len(vault.verify().faults) == 1
    with pytest.raises(Disputed):
        share(people.ada, "prod", people.bob)
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal)))
    with pytest.raises(Disputed, match="its rotation is"):
        secret_of(people.ada, "prod")
    people.ada.edit(lambda edit: edit.settle("prod", [id_of(people.ada)]))
    proved = people.ada.proved(people.ada.find("prod"))
    assert proved is not None
    assert proved.live_part(ROTATION) is None
    assert secret_of(people.ada, "prod") == "EXAMPLE-2"


def test_case_86_a_journal_outlives_new_values_and_is_left_out_by_nobody(people: People) -> None:
    put_back(people.bob, with_forged_part(people.bob, people.present(), ROTATION, JOURNAL, [people.ada, people.bob]))
    update(people.ada, "prod", "EXAMPLE-3")
    share(people.ada, "prod", join(people.ada, people.store, "Cyd", MEMBER))
    proved = people.ada.proved(people.ada.find("prod"))
    assert proved is not None
    journal = proved.live_part(ROTATION)
    assert journal is not None
    assert (journal.by, journal.serial, journal.is_ended) == (id_of(people.bob), 1, False)
    assert journal.digest != ENDED
    put_back(people.mal, Kept(people.present()._replace(parts=()), ()))
    with pytest.raises(Disputed, match="its rotation was left out"):
        secret_of(Vault(people.store, people.bob.identity), "prod")


def test_case_86_an_earlier_step_of_a_journal_is_refused_where_a_later_one_was_seen(people: People) -> None:
    put_back(people.bob, with_forged_part(people.bob, people.present(), ROTATION, b'{"step": "made"}', [people.ada]))
    earlier = keep_record(people.mal, "prod")
    put_back(people.bob, with_forged_part(people.bob, people.present(), ROTATION, b'{"step": "dead"}', [people.ada]))
    secret_of(people.ada, "prod")
    put_back(people.mal, earlier)
    with pytest.raises(RolledBack, match="older than this machine has seen it"):
        secret_of(people.ada, "prod")
