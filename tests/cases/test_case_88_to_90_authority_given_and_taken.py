"""Cases 88 to 90: sharing makes nobody an author and ends no session; who was lowered does not sign himself back."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from nexcred.errors import Disputed, NotPermitted, RolledBack, Tampered
from nexcred.vault.access_list import READ, WRITE
from nexcred.vault.overview import Overview
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.roster_records import Ended, write_unshared
from nexcred.vault.statements import hash_statement
from nexcred.vault.teams import join_teams, make_team
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.lying_member import (
    WatchedStore,
    id_of,
    keep_record,
    publish_entry,
    put_back,
    signed_by,
    with_holders,
)
from tests.support.sample_vault import add, open_new, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share


class People(NamedTuple):
    """Ada and Dan are owners; Mal added "his" and shares it with Ada, Bob holds "prod" with her."""

    store: WatchedStore
    ada: Vault
    dan: Vault
    bob: Vault
    mal: Vault


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    dan, bob, mal = (join(ada, store, name, role) for name, role in (("Dan", OWNER), ("Bob", MEMBER), ("Mal", MEMBER)))
    add(ada, "prod", "EXAMPLE-prod")
    share(ada, "prod", bob)
    add(mal, "his", "EXAMPLE-his")
    share(mal, "his", ada)
    return People(store, ada, dan, bob, mal)


def stated(vault: Vault, name: str) -> list[bytes]:
    """Return the hashes of all statements of a credential."""
    overview = overview_of(vault, name)
    statements = [overview.statement, *(part.statement for part in overview.parts)]
    return [hash_statement(one, vault.vault_id, overview.record_id) for one in statements if one is not None]


def shares_with_a_member(people: People) -> None:
    share(people.ada, "prod", people.mal)


def shares_with_a_guest(people: People) -> None:
    share(people.ada, "prod", join(people.ada, people.store, "ci", GUEST))


def an_owner_who_holds_nothing_shares(people: People) -> None:
    share(people.dan, "prod", people.mal)


def takes_somebody_off(people: People) -> None:
    people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.bob)]))


def lets_a_team_hold_it(people: People) -> None:
    team = people.ada.change(lambda copy: make_team(copy, "devs"))
    people.ada.edit(lambda edit: edit.share(edit.find("prod"), [], teams=[team]))
    people.ada.change(lambda copy: join_teams(copy, [team], [id_of(people.mal)]))


def lets_somebody_in_and_go(people: People) -> None:
    cyd = join(people.ada, people.store, "Cyd", MEMBER)
    share(people.ada, "prod", cyd)
    people.ada.edit(lambda edit: edit.dismiss(id_of(cyd)))


def the_author_gets_new_keys(people: People) -> None:
    rekey(people.ada)


def a_holder_gets_new_keys(people: People) -> None:
    rekey(people.bob)


def the_author_leaves(people: People) -> None:
    people.dan.edit(lambda edit: edit.dismiss(id_of(people.ada)))


def the_author_may_only_read(people: People) -> None:
    people.dan.edit(lambda edit: edit.change_role(id_of(people.ada), READER))


ACTS = [
    shares_with_a_member,
    shares_with_a_guest,
    an_owner_who_holds_nothing_shares,
    takes_somebody_off,
    lets_a_team_hold_it,
    lets_somebody_in_and_go,
    the_author_gets_new_keys,
    a_holder_gets_new_keys,
    the_author_leaves,
    the_author_may_only_read,
]


@pytest.mark.parametrize("act", ACTS)
def test_case_88_no_statement_changes_and_no_session_is_lost(people: People, act: Callable[[People], None]) -> None:
    set_session(people.ada, "prod", {"token": "EXAMPLE-token"})
    update(people.ada, "prod", "EXAMPLE-2")
    set_session(people.ada, "prod", {"token": "EXAMPLE-token"})
    before, author = stated(people.ada, "prod"), id_of(people.ada)
    act(people)
    reader = people.ada if act is takes_somebody_off else people.bob
    assert stated(reader, "prod")[: len(before)] == before  # who is off it is exposed by one more
    assert secret_of(reader, "prod") == "EXAMPLE-2"
    assert reader.session(reader.find("prod")) == {"token": "EXAMPLE-token"}
    assert [one.by.id for one in reader.history(reader.find("prod"))] == [author.hex()] * 2
    proved = reader.proved(reader.find("prod"))
    assert proved is not None
    assert proved.author == author
    assert not reader.verify().faults


def test_case_88_only_new_values_seal_anew_and_only_they_end_a_session(people: People) -> None:
    set_session(people.ada, "prod", {"token": "EXAMPLE-token"})
    body = stated(people.ada, "prod")
    share(people.ada, "prod", people.mal)
    assert secret_of(people.mal, "prod") == "EXAMPLE-prod"
    assert people.mal.session(people.mal.find("prod")) == {"token": "EXAMPLE-token"}
    update(people.bob, "prod", "EXAMPLE-2")
    assert not set(body) & set(stated(people.ada, "prod"))
    assert people.ada.session(people.ada.find("prod")) is None


def signs_himself_back(people: People, name: str = "his") -> None:
    """Sign the next list, with himself on it, as the creator that he is."""

    def forge(overview: Overview) -> dict[str, object]:
        access = with_holders(overview, {id_of(people.mal): WRITE})
        return {"access": signed_by(people.mal, access._replace(version=access.version + 1))}

    rewrite_overview(people.mal, name, forge)


def takes_the_creator_off(people: People) -> None:
    people.ada.edit(lambda edit: edit.unshare(edit.find("his"), [id_of(people.mal)]))


def lets_the_creator_only_read(people: People) -> None:
    people.ada.edit(lambda edit: edit.share(edit.find("his"), [id_of(people.mal)], may=READ))


@pytest.mark.parametrize("lower", [takes_the_creator_off, lets_the_creator_only_read])
def test_case_89_a_creator_whom_an_owner_lowered_signs_no_list_any_more(
    people: People, lower: Callable[[People], None]
) -> None:
    lower(people)
    with pytest.raises(NotPermitted):
        share(people.mal, "his", people.mal)
    signs_himself_back(people)
    with pytest.raises(Disputed, match="signed by Mal, who may not say that"):
        secret_of(people.ada, "his")
    with pytest.raises(Disputed, match="signed by Mal, who may not say that"):
        update(people.ada, "his", "EXAMPLE-next")
    people.ada.edit(lambda edit: edit.settle("his", [id_of(people.ada)]))
    update(people.ada, "his", "EXAMPLE-next")
    assert "EXAMPLE-next" not in people.store.sealed_to(people.mal)


def test_case_89_nor_does_he_by_an_entry_of_the_roster(people: People) -> None:
    """A creator may end lists of what he made, but says by that who holds nothing."""
    takes_the_creator_off(people)
    share(people.ada, "his", people.bob)
    signs_himself_back(people)
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal)))
    with pytest.raises(Disputed):
        secret_of(people.bob, "his")
    assert "EXAMPLE-his" in people.store.sealed_to(people.mal), "what he knew before"


def test_case_89_who_took_himself_off_may_come_back(people: People) -> None:
    people.mal.edit(lambda edit: edit.unshare(edit.find("his"), [id_of(people.mal)]))
    share(people.mal, "his", people.mal)
    update(people.ada, "his", "EXAMPLE-next")
    assert secret_of(people.mal, "his") == "EXAMPLE-next"


def test_case_89_what_a_creator_signed_before_an_owner_took_him_off_is_ended(people: People) -> None:
    with_him = keep_record(people.mal, "his")
    takes_the_creator_off(people)
    put_back(people.mal, with_him)
    fresh = Vault(people.store, people.ada.identity)
    for vault in (people.ada, fresh):
        with pytest.raises(Disputed, match=r"who may not say that|from before somebody was taken off"):
            update(vault, "his", "EXAMPLE-next")


@pytest.mark.parametrize("to", ["read", "nothing"])
def test_case_90_a_list_from_before_somebody_was_lowered_is_not_sealed_to(people: People, to: str) -> None:
    share(people.ada, "prod", people.mal)
    writer = keep_record(people.mal, "prod")
    if to == "read":
        people.ada.edit(lambda edit: edit.share(edit.find("prod"), [id_of(people.mal)], may=READ))
    else:
        people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.mal)]))
    with pytest.raises(NotPermitted):
        update(people.mal, "prod", "EXAMPLE-by-mal")
    put_back(people.mal, writer)
    for vault in (people.ada, Vault(people.store, people.bob.identity), Vault(people.store, people.mal.identity)):
        with pytest.raises(Disputed, match="from before somebody was taken off"):
            update(vault, "prod", "EXAMPLE-next")
    assert "EXAMPLE-next" not in people.store.sealed_to(people.mal)


def test_case_90_what_he_signed_while_he_might_write_does_not_come_back(people: People) -> None:
    share(people.ada, "prod", people.mal)
    update(people.mal, "prod", "EXAMPLE-by-mal")
    his = keep_record(people.mal, "prod")
    update(people.ada, "prod", "EXAMPLE-3")
    people.ada.edit(lambda edit: edit.share(edit.find("prod"), [id_of(people.mal)], may=READ))
    now = overview_of(people.mal, "prod")
    put_back(people.mal, his._replace(overview=his.overview._replace(access=now.access)))
    for vault in (people.ada, people.bob, Vault(people.store, people.bob.identity)):
        with pytest.raises(Disputed, match="older than those that its list was signed with"):
            secret_of(vault, "prod")


def test_case_90_values_under_one_list_do_not_count_under_another(people: People) -> None:
    """Both are rightly signed, and neither list was ended: somebody who holds it now would be left out."""
    before = overview_of(people.mal, "prod")
    share(people.ada, "prod", people.dan)
    update(people.bob, "prod", "EXAMPLE-2")
    after = keep_record(people.mal, "prod")
    put_back(people.mal, after._replace(overview=after.overview._replace(access=before.access)))
    for vault in (people.ada, people.bob, Vault(people.store, people.bob.identity)):
        with pytest.raises(Disputed, match="signed by Bob under another list"):
            secret_of(vault, "prod")


def test_case_90_who_ends_lists_of_others_is_refused(people: People) -> None:
    """The least version of a list is its creator's and the owners' to say."""
    prod = overview_of(people.mal, "prod")
    body = {"op": "unshare", **write_unshared([Ended(prod.record_id, 99)], [id_of(people.bob)])}
    publish_entry(people.mal, people.mal.identity.public, body)
    with pytest.raises(Tampered, match="signed by Mal, who may not do that"):
        Vault(people.store, people.bob.identity)


def test_case_90_the_whole_credential_as_it_was_is_refused_where_it_was_seen_later(people: People) -> None:
    """From a list that was never ended, which only what a machine remembers tells from the present one."""
    old = keep_record(people.mal, "prod")
    share(people.ada, "prod", people.dan)
    put_back(people.mal, old)
    with pytest.raises(RolledBack):
        update(people.ada, "prod", "EXAMPLE-next")
