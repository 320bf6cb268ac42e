"""Case 62: who is about to leave drops himself from what he knows, so that nobody makes it anew."""

from collections.abc import Callable

import pytest

from nexcred.vault.changes import Changes
from nexcred.vault.membership import Departure
from nexcred.vault.overview import Overview
from nexcred.vault.roster import MEMBER, OWNER
from nexcred.vault.teams import join_teams, leave_team, make_team
from tests.support.forging import rewrite_overview
from tests.support.lying_member import (
    id_of,
    keep_record,
    put_back,
    signed_by,
    throw_away,
    with_holders,
    without_holders,
)
from tests.support.opened import Opened
from tests.support.people import invite, keep, vault_of
from tests.support.sample_vault import NOW, add, update
from tests.support.shared_vault import join, secret_of, share
from tests.support.three_people import People, three_people


@pytest.fixture
def people() -> People:
    """Mal holds "prod", which Ada added, and "his", which he added; Bob, an owner, holds both."""
    people = three_people(bob=OWNER)
    _, ada, bob, mal = people
    add(ada, "other")
    add(ada, "prod")
    share(ada, "prod", mal, bob)
    add(mal, "his")
    share(mal, "his", bob)
    secret_of(mal, "prod")
    return people


def mal_leaves(people: People, *, is_compromised: bool = False) -> Departure:
    return people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal), is_compromised=is_compromised))


def by_his_own_signature(people: People, overview: Overview) -> dict[str, object]:
    return {"access": signed_by(people.mal, without_holders(overview, [id_of(people.mal)]))}


def under_adas_signature(people: People, overview: Overview) -> dict[str, object]:
    return {"access": without_holders(overview, [id_of(people.mal)])}


def for_bob_alone(people: People, overview: Overview) -> dict[str, object]:
    alone = with_holders(overview._replace(access=without_holders(overview, [id_of(people.mal)])), {})
    return {"access": signed_by(people.mal, alone, as_member=id_of(people.bob))}


@pytest.mark.parametrize("is_compromised", [False, True])
@pytest.mark.parametrize("forge", [by_his_own_signature, under_adas_signature, for_bob_alone])
def test_case_62_a_forged_list_without_him_is_named(
    people: People, forge: Callable[[People, Overview], dict[str, object]], is_compromised: bool
) -> None:
    rewrite_overview(people.mal, "prod", lambda overview: forge(people, overview))
    departure = mal_leaves(people, is_compromised=is_compromised)
    assert "prod" in departure.disputed
    assert "other" not in (*departure.exposed, *departure.disputed)


def test_case_62_a_list_from_before_he_held_it_is_named_where_a_later_one_was_seen(people: People) -> None:
    add(people.ada, "new")
    old = keep_record(people.mal, "new")
    share(people.ada, "new", people.mal)
    put_back(people.mal, old)
    assert mal_leaves(people).disputed == ("new",)


def test_case_62_what_he_took_himself_off_he_knows_until_it_has_new_values(people: People) -> None:
    people.mal.edit(lambda edit: edit.unshare(edit.find("his"), [id_of(people.mal)]))
    assert mal_leaves(people).exposed == ("his", "prod")


def test_case_62_what_he_was_taken_off_he_knows_until_it_has_new_values(people: People) -> None:
    people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.mal)]))
    share(people.ada, "prod", join(people.ada, people.store, "Cyd", MEMBER))
    assert mal_leaves(people).exposed == ("his", "prod")


def test_case_62_new_values_he_does_not_know(people: People) -> None:
    people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.mal)]))
    update(people.ada, "prod", "EXAMPLE-next")
    departure = mal_leaves(people)
    assert departure.exposed == ("his",)
    assert departure.disputed == ()


def test_case_62_what_he_put_into_the_trash_or_gave_another_name_he_knows_too(people: People) -> None:
    people.mal.edit(lambda edit: edit.update(edit.find("his"), Changes(name="nothing to see")))
    throw_away(people.mal, "prod", NOW)
    departure = mal_leaves(people)
    assert departure.exposed == ("nothing to see", "prod")
    assert departure.orphaned == ()


def test_case_62_what_he_held_in_a_team_that_he_was_taken_out_of(people: People) -> None:
    team = people.ada.change(lambda copy: make_team(copy, "devs"))
    people.ada.change(lambda copy: join_teams(copy, [team], [id_of(people.mal)]))
    people.ada.edit(lambda edit: edit.share(edit.find("other"), [], teams=[team]))
    assert people.ada.change(lambda copy: leave_team(copy, team, id_of(people.mal))).exposed == ("other",)


def test_case_62_what_he_wrote_in_its_statement_does_not_hide_it(people: People) -> None:
    people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.mal)]))

    def forge(overview: Overview) -> dict[str, object]:
        assert overview.statement is not None
        return {"statement": overview.statement._replace(list_version=overview.statement.list_version + 9)}

    rewrite_overview(people.mal, "prod", forge)
    departure = mal_leaves(people)
    assert "prod" in (*departure.exposed, *departure.disputed)


def test_case_62_the_program_says_what_he_knows_and_what_cannot_be_said(opened: Opened) -> None:
    keep(opened, "prod", "demo", "other", "gone")
    mal = invite(opened, "mal", "--role", "member")
    assert opened("share", "prod", "demo", "gone", "--with", "mal").code == 0
    assert opened("unshare", "demo", "--with", "mal").code == 0
    liar = vault_of(mal)
    rewrite_overview(
        liar, "prod", lambda overview: {"access": signed_by(liar, without_holders(overview, [id_of(liar)]))}
    )
    throw_away(liar, "gone", NOW)
    left = opened("member", "remove", "mal", "--yes")
    assert left.code == 0, left.err
    assert "mal knows values that still work:" in left.err
    assert "  demo" in left.err
    assert "  gone, which is in the trash" in left.err
    assert "it is not proved who held 'prod': assume that mal knows them too" in left.err
    assert "other" not in left.err
