"""Case 83: members of a team leave and return, in both orders; whoever holds by a team holds no more than the team."""

from collections.abc import Callable
from contextlib import suppress
from itertools import permutations

import pytest

from nexcred.errors import Damaged, Disputed, NotPermitted, Tampered, UsageError
from nexcred.services.vaults.recipients import Recipients
from nexcred.services.vaults.share import unshare
from nexcred.vault.access_list import READ, TO_TEAM, WRITE, AccessGrant, most_of_each
from nexcred.vault.roster import MEMBER, OWNER
from nexcred.vault.teams import end_team, join_teams, leave_team, make_team
from nexcred.vault.vault import Vault
from nexcred.vault.vault_settings import share_by_default
from tests.support.forging import list_of, rewrite_overview
from tests.support.lying_member import WatchedStore, id_of, keep_record, publish_entry, put_back
from tests.support.sample_vault import add, open_new, set_session, update
from tests.support.shared_vault import join, secret_of, share


class Team:
    """Ada and Bob are owners; the team "devs", which is Bob, Cyd and Mal, holds "prod" with Ada."""

    def __init__(self) -> None:
        self.store = WatchedStore()
        self.ada = open_new(self.store)
        self.bob, self.cyd, self.mal = (
            join(self.ada, self.store, name, role) for name, role in (("Bob", OWNER), ("Cyd", MEMBER), ("Mal", MEMBER))
        )
        add(self.ada, "prod", "EXAMPLE-1")
        self.devs = self.ada.change(lambda copy: make_team(copy, "devs"))
        for one in (self.bob, self.cyd, self.mal):
            self.joins(one)
        self.ada.edit(lambda edit: edit.share(edit.find("prod"), [], teams=[self.devs]))

    def joins(self, one: Vault) -> None:
        self.ada.change(lambda copy: join_teams(copy, [self.devs], [id_of(one)]))

    def leaves(self, one: Vault) -> None:
        self.ada.change(lambda copy: leave_team(copy, self.devs, id_of(one)))

    def holders(self) -> list[str]:
        return sorted(one.full_name for one in self.ada.holders(self.ada.find("prod")))


@pytest.fixture
def team() -> Team:
    return Team()


def test_case_83_who_leaves_gets_no_later_values_and_who_returns_gets_those_of_then(team: Team) -> None:
    assert secret_of(team.mal, "prod") == "EXAMPLE-1"
    team.leaves(team.mal)
    update(team.cyd, "prod", "EXAMPLE-2")
    with pytest.raises(NotPermitted):
        secret_of(team.mal, "prod")
    assert "EXAMPLE-2" not in team.store.sealed_to(team.mal)
    team.joins(team.mal)
    assert secret_of(team.mal, "prod") == "EXAMPLE-2"


def mal_writes(team: Team) -> None:
    update(team.mal, "prod", "EXAMPLE-by-mal")


def cyd_writes(team: Team) -> None:
    update(team.cyd, "prod", "EXAMPLE-by-cyd")


def mal_leaves(team: Team) -> None:
    team.leaves(team.mal)


def mal_returns(team: Team) -> None:
    team.joins(team.mal)


def cyd_leaves(team: Team) -> None:
    team.leaves(team.cyd)


STEPS = [mal_writes, cyd_writes, mal_leaves, mal_returns, cyd_leaves]


@pytest.mark.parametrize(
    "steps", list(permutations(STEPS)), ids=lambda steps: "-".join(step.__name__ for step in steps)
)
def test_case_83_in_whatever_order_the_last_values_stand_and_who_is_in_reads_them(
    team: Team, steps: tuple[Callable[[Team], None], ...]
) -> None:
    expected, members = "EXAMPLE-1", {"Mal", "Cyd"}
    for step in steps:
        who = step.__name__.split("_")[0].title()
        if step in (mal_leaves, cyd_leaves):
            step(team)
            members -= {who}
        elif step is mal_returns:
            step(team)
            members |= {who}
        elif who in members:
            step(team)
            expected = f"EXAMPLE-by-{who.lower()}"
        else:
            with pytest.raises(NotPermitted):
                step(team)
    assert team.holders() == sorted({"Ada Example", "Bob", *members})
    for name, vault in (("Mal", team.mal), ("Cyd", team.cyd)):
        if name in members:
            assert secret_of(vault, "prod") == expected
        else:
            with pytest.raises(NotPermitted):
                secret_of(vault, "prod")
    assert secret_of(team.ada, "prod") == secret_of(team.bob, "prod") == expected
    assert not Vault(team.store, team.ada.identity).verify().faults


def test_case_83_a_session_by_who_left_stays_on_the_word_of_who_took_him_out(team: Team) -> None:
    set_session(team.mal, "prod", {"token": "EXAMPLE-token"})
    team.leaves(team.mal)
    for vault in (team.ada, team.cyd):
        assert vault.session(vault.find("prod")) == {"token": "EXAMPLE-token"}
    with pytest.raises(NotPermitted):
        team.mal.session(team.mal.find("prod"))


def test_case_83_what_was_put_back_does_not_let_him_in_again(team: Team) -> None:
    old = keep_record(team.mal, "prod")
    team.leaves(team.mal)
    put_back(team.mal, old)
    with suppress(Damaged):  # where newer was seen
        update(team.cyd, "prod", "EXAMPLE-2")
    update(Vault(team.store, team.cyd.identity), "prod", "EXAMPLE-3")
    for later in ("EXAMPLE-2", "EXAMPLE-3"):
        assert later not in team.store.sealed_to(team.mal)


def test_case_83_a_team_that_is_made_again_is_another_one(team: Team) -> None:
    team.ada.change(lambda copy: end_team(copy, team.devs))
    assert team.holders() == ["Ada Example"]
    again = team.ada.change(lambda copy: make_team(copy, "devs"))
    assert again != team.devs
    team.ada.change(lambda copy: join_teams(copy, [again], [id_of(team.mal)]))
    update(team.ada, "prod", "EXAMPLE-2")
    assert team.holders() == ["Ada Example"]
    assert "EXAMPLE-2" not in team.store.sealed_to(team.mal)


def test_case_83_who_was_removed_and_comes_again_is_in_no_team(team: Team) -> None:
    team.ada.edit(lambda edit: edit.dismiss(id_of(team.mal)))
    again = join(team.ada, team.store, "Mal", MEMBER)
    update(team.ada, "prod", "EXAMPLE-2")
    assert "EXAMPLE-2" not in team.store.sealed_to(again)
    assert team.holders() == ["Ada Example", "Bob", "Cyd"]


@pytest.mark.parametrize(
    "body",
    [
        lambda team: {"op": "team-add", "team": team.devs.hex()},
        lambda team: {"op": "team-remove", "team": team.devs.hex()},
        lambda team: {"op": "team", "name": "mine"},
        lambda team: {"op": "settings", "key": "share-with", "value": [team.devs.hex()]},
    ],
)
def test_case_83_only_owners_say_who_is_in_a_team(team: Team, body: Callable[[Team], dict[str, object]]) -> None:
    team.leaves(team.mal)
    publish_entry(team.mal, team.mal.identity.public, body(team))
    with pytest.raises(Tampered, match="signed by Mal, who may not do that"):
        Vault(team.store, team.cyd.identity)


def test_case_83_nobody_is_told_that_he_is_off_who_is_in_by_a_team(team: Team) -> None:
    mal = [one for one in team.ada.members if one.id == id_of(team.mal)]
    before, prod = team.store.tables.copy(), team.ada.find("prod")
    with pytest.raises(UsageError, match="held by the team 'devs', which Mal belongs to: nothing was changed"):
        unshare(team.ada, [prod], Recipients(tuple(mal)))
    assert team.store.tables == before


def test_case_83_an_owner_who_lets_a_team_read_only_ends_a_creator_who_holds_by_it(team: Team) -> None:
    add(team.mal, "his", "EXAMPLE-his")
    team.leaves(team.mal)
    team.mal.edit(lambda edit: edit.share(edit.find("his"), [], teams=[team.devs]))
    team.mal.edit(lambda edit: edit.unshare(edit.find("his"), [id_of(team.mal)]))
    team.joins(team.mal)
    assert team.ada.granted(team.ada.find("his"))[id_of(team.mal)] == WRITE
    team.ada.edit(lambda edit: edit.share(edit.find("his"), [], may=READ, teams=[team.devs]))
    assert team.ada.granted(team.ada.find("his"))[id_of(team.mal)] == READ
    for act in (
        lambda: update(team.mal, "his", "EXAMPLE-2"),
        lambda: share(team.mal, "his", team.mal),
        lambda: update(team.cyd, "his", "EXAMPLE-2"),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_case_83_what_is_added_is_never_sealed_by_a_setting_to_who_left(team: Team) -> None:
    team.ada.change(lambda copy: share_by_default(copy, [team.devs]))
    team.leaves(team.mal)
    add(team.cyd, "new", "EXAMPLE-new")
    assert secret_of(team.bob, "new") == "EXAMPLE-new"
    team.ada.change(lambda copy: end_team(copy, team.devs))
    again = team.ada.change(lambda copy: make_team(copy, "devs"))
    team.ada.change(lambda copy: join_teams(copy, [again], [id_of(team.mal)]))
    add(team.cyd, "newer", "EXAMPLE-newer")
    assert "EXAMPLE-new" not in team.store.sealed_to(team.mal)
    with pytest.raises(NotPermitted):
        secret_of(team.bob, "newer")


def test_case_83_a_team_that_a_member_says_is_on_a_list_is_told_and_not_believed(team: Team) -> None:
    add(team.ada, "other", "EXAMPLE-other")
    grant = AccessGrant(TO_TEAM, team.devs, WRITE)
    access = list_of(team.mal, "other")
    forged = access._replace(grants=most_of_each((*access.grants, grant)))
    rewrite_overview(team.mal, "other", lambda _: {"access": forged})
    with pytest.raises(Disputed):
        update(team.ada, "other", "EXAMPLE-2")
    team.ada.change(lambda copy: leave_team(copy, team.devs, id_of(team.cyd)))
    team.joins(team.cyd)
    for one in (team.mal, team.cyd):
        assert "EXAMPLE-other" not in team.store.sealed_to(one)
    assert [one.waiting for one in team.ada.listed_holders() if one.name == "other"] == [()]
