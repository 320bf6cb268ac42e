"""Case 61: a member writes himself onto the list of who holds a credential; whatever others do then, he gets nothing.

What is never sealed to him is asked of every record that was ever written, also of those that are gone again.
"""

from collections.abc import Callable

import pytest

from nexcred.errors import Disputed, NotPermitted
from nexcred.services.vaults.new_identity import make_identity
from nexcred.vault.access_list import TO_TEAM, WRITE, AccessGrant, AccessList, most_of_each
from nexcred.vault.overview import Overview
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.teams import end_team, join_teams, leave_team, make_team
from nexcred.vault.vault import Vault
from tests.support.forging import rewrite_overview
from tests.support.lying_member import WatchedStore, id_of, signed_by, with_holders
from tests.support.opened import Opened
from tests.support.people import KEY, head_of, invite, keep, own_name, refused, vault_of
from tests.support.sample_vault import add, describe, open_new, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share


class Team:
    """Ada, who adds, Bob, who holds it too, and Mal, who lies."""

    def __init__(self) -> None:
        self.store = WatchedStore()
        self.ada = open_new(self.store)
        self.bob = join(self.ada, self.store, "Bob", MEMBER)
        self.cyd = join(self.ada, self.store, "Cyd", MEMBER)
        self.mal = join(self.ada, self.store, "Mal", MEMBER)
        add(self.ada, "prod", "EXAMPLE-present")
        set_session(self.ada, "prod", {"token": "EXAMPLE-token"})
        share(self.ada, "prod", self.bob)
        self.devs = self.ada.change(lambda copy: make_team(copy, "devs"))
        for one in (self.bob, self.mal):
            self.ada.change(lambda copy, one=one: join_teams(copy, [self.devs], [id_of(one)]))  # type: ignore[misc]

    def assert_mal_holds_nothing(self) -> None:
        assert "EXAMPLE" not in self.store.sealed_to(self.mal)
        with pytest.raises((NotPermitted, Disputed)):
            secret_of(self.mal, "prod")


@pytest.fixture
def team() -> Team:
    return Team()


def by_himself(team: Team, overview: Overview) -> AccessList:
    return signed_by(team.mal, with_holders(overview, {id_of(team.mal): WRITE}))


def in_adas_name(team: Team, overview: Overview) -> AccessList:
    return signed_by(team.mal, with_holders(overview, {id_of(team.mal): WRITE}), as_member=id_of(team.ada))


def under_adas_signature(team: Team, overview: Overview) -> AccessList:
    return with_holders(overview, {id_of(team.mal): WRITE})


def for_a_team(team: Team, overview: Overview) -> AccessList:
    access = overview.access
    assert isinstance(access, AccessList)
    return signed_by(
        team.mal, access._replace(grants=most_of_each([*access.grants, AccessGrant(TO_TEAM, team.devs, WRITE)]))
    )


def as_the_next_one(team: Team, overview: Overview) -> AccessList:
    return by_himself(team, overview._replace(access=overview.access._replace(version=overview.access.version + 1)))


FORGERIES = [by_himself, in_adas_name, under_adas_signature, for_a_team, as_the_next_one]


def shares_with_another(team: Team) -> None:
    share(team.ada, "prod", team.cyd)


def unshares(team: Team) -> None:
    team.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(team.bob)]))


def completes(team: Team) -> None:
    team.ada.edit(lambda edit: edit.complete(edit.find("prod")))


def changes_values(team: Team) -> None:
    update(team.ada, "prod", "EXAMPLE-next")


def a_holder_changes_values(team: Team) -> None:
    update(team.bob, "prod", "EXAMPLE-next")


def keeps_tokens(team: Team) -> None:
    set_session(team.ada, "prod", {"token": "EXAMPLE-next-token"})


def makes_an_identity(team: Team) -> None:
    make_identity(team.ada, "ci", GUEST, ["prod"], lambda _: None)


REFUSED = [
    shares_with_another,
    unshares,
    completes,
    changes_values,
    a_holder_changes_values,
    keeps_tokens,
    makes_an_identity,
]


@pytest.mark.parametrize("act", REFUSED)
@pytest.mark.parametrize("forge", FORGERIES)
def test_case_61_who_acts_on_the_credential_is_told_and_nothing_is_written(
    team: Team, forge: Callable[[Team, Overview], AccessList], act: Callable[[Team], None]
) -> None:
    rewrite_overview(team.mal, "prod", lambda overview: {"access": forge(team, overview)})
    before = team.store.tables.copy()
    by = "not signed by Ada" if forge in (in_adas_name, under_adas_signature) else "signed by Mal, who may not"
    with pytest.raises(Disputed, match=by) as refused:
        act(team)
    assert "nexcred vault settle 'prod'" in refused.value.hint
    assert team.store.tables == before
    team.assert_mal_holds_nothing()


def removes_somebody(team: Team) -> None:
    team.ada.edit(lambda edit: edit.dismiss(id_of(team.bob)))


def removes_him_as_compromised(team: Team) -> None:
    team.ada.edit(lambda edit: edit.dismiss(id_of(team.bob), is_compromised=True))


def changes_a_role(team: Team) -> None:
    team.ada.edit(lambda edit: edit.change_role(id_of(team.bob), READER))


def takes_somebody_out_of_a_team(team: Team) -> None:
    team.ada.change(lambda copy: leave_team(copy, team.devs, id_of(team.bob)))


def ends_a_team(team: Team) -> None:
    team.ada.change(lambda copy: end_team(copy, team.devs))


def gets_new_keys(team: Team) -> None:
    rekey(team.ada)


def a_holder_gets_new_keys(team: Team) -> None:
    rekey(team.bob)


def says_what_it_is_for(team: Team) -> None:
    describe(team.ada, "prod", "the one that counts")


def lets_somebody_join_a_team(team: Team) -> None:
    team.ada.change(lambda copy: join_teams(copy, [team.devs], [id_of(team.cyd)]))


ELSEWHERE = [
    removes_somebody,
    removes_him_as_compromised,
    changes_a_role,
    takes_somebody_out_of_a_team,
    ends_a_team,
    gets_new_keys,
    a_holder_gets_new_keys,
    says_what_it_is_for,
    lets_somebody_join_a_team,
]


@pytest.mark.parametrize("act", ELSEWHERE)
@pytest.mark.parametrize("forge", FORGERIES)
def test_case_61_what_is_done_elsewhere_makes_the_forged_list_nobodys_word(
    team: Team, forge: Callable[[Team, Overview], AccessList], act: Callable[[Team], None]
) -> None:
    rewrite_overview(team.mal, "prod", lambda overview: {"access": forge(team, overview)})
    act(team)
    with pytest.raises(Disputed):
        secret_of(team.ada, "prod")
    with pytest.raises(Disputed):
        update(team.ada, "prod", "EXAMPLE-next")
    team.assert_mal_holds_nothing()


@pytest.mark.parametrize("act", [None, *ELSEWHERE])
@pytest.mark.parametrize("forge", FORGERIES)
def test_case_61_settled_it_goes_on_with_who_is_named_by_who_settles(
    team: Team, forge: Callable[[Team, Overview], AccessList], act: Callable[[Team], None] | None
) -> None:
    rewrite_overview(team.mal, "prod", lambda overview: {"access": forge(team, overview)})
    if act is not None:
        act(team)
    team.ada.edit(lambda edit: edit.settle("prod", [id_of(team.ada)]))
    assert secret_of(team.ada, "prod") == "EXAMPLE-present"
    assert [one.full_name for one in team.ada.holders(team.ada.find("prod"))] == ["Ada Example"]
    update(team.ada, "prod", "EXAMPLE-next")
    team.assert_mal_holds_nothing()
    assert not Vault(team.store, team.ada.identity).verify().faults


@pytest.fixture
def people(opened: Opened) -> tuple[Opened, Opened, Opened]:
    """Return the program as Ada, Bob and Mal run it; Ada keeps "prod" with Bob."""
    keep(opened, "prod")
    bob, mal = (invite(opened, name, "--role", "member") for name in ("bob", "mal"))
    assert opened("share", "prod", "--with", "bob").code == 0
    return opened, bob, mal


@pytest.mark.parametrize(
    "command",
    [
        ("share", "prod", "--with", "cyd"),
        ("unshare", "prod", "--with", "bob"),
        ("share", "prod", "--complete"),
        ("identity", "new", "ci", "--grant", "prod"),
        ("update", "prod", "--set", "api_key=env:HELD", "--no-probe"),
        ("get", "prod/api_key"),
        ("show", "prod"),
        ("run", "--env", "KEY=prod/api_key", "--", "true"),
        ("vault", "verify"),
    ],
    ids=" ".join,
)
def test_case_61_the_program_says_who_did_it_and_does_nothing(
    people: tuple[Opened, Opened, Opened], command: tuple[str, ...]
) -> None:
    ada, bob, mal = people
    assert ada("identity", "new", "cyd", "--role", "member").code == 0
    liar = vault_of(mal)
    rewrite_overview(
        liar, "prod", lambda overview: {"access": signed_by(liar, with_holders(overview, {id_of(liar): WRITE}))}
    )
    before = head_of(ada)
    ran = ada(*command, environment={"HELD": "EXAMPLE-next"})
    assert (ran.code, ran.out) == (125 if command[0] == "run" else 9, "")
    assert "signed by mal, who may not say that" in ran.err
    assert "nexcred vault settle" in ran.err
    assert head_of(ada) == before
    assert mal("get", "prod/api_key").code == 9
    settled = ada("vault", "settle", "prod", "--with", own_name(ada), "--with", "bob", "--yes")
    assert settled.code == 0, settled.err
    assert bob("get", "prod/api_key").out.strip() == KEY.format("prod")
    assert refused(mal("get", "prod/api_key"))
