"""Case 68: somebody leaves who wrote, shared or signed what others go on using; nothing of it is lost, and all is said.

By an owner who holds none of it, and can open nothing: what he signs, he signs by the statements as they stood.
"""

from typing import NamedTuple

import pytest

from nexcred.errors import Disputed, NotPermitted
from nexcred.vault.access_list import READ
from nexcred.vault.edit import Edit
from nexcred.vault.overview import RecordPart
from nexcred.vault.record import POLICY, ROTATION
from nexcred.vault.roster import MEMBER, OWNER, READER
from nexcred.vault.statements import PartStatement, digest_content, sign_part
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, overview_of
from tests.support.lying_member import Kept, WatchedStore, id_of, put_back, throw_away, with_forged_part
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep
from tests.support.sample_vault import NOW, add, open_new, set_session, update
from tests.support.shared_vault import join, secret_of, share


class People(NamedTuple):
    """Ada holds nothing; Bob wrote "prod", a login with a session, a journal and a policy, which Cyd holds too."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    cyd: Vault


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    bob, cyd = join(ada, store, "Bob", MEMBER), join(ada, store, "Cyd", MEMBER)
    add(bob, "prod", "EXAMPLE-1")
    share(bob, "prod", cyd)
    update(bob, "prod", "EXAMPLE-2")
    set_session(bob, "prod", {"token": "EXAMPLE-token"})
    put_back(
        bob, with_forged_part(bob, overview_of(bob, "prod"), ROTATION, b'{"candidate": "EXAMPLE-next"}', [bob, cyd])
    )
    every = '{"rotate_every_days":90}'
    policy = PartStatement(POLICY, list_of(bob, "prod").version, bytes(32), digest_content(every), 1, id_of(bob))
    stated = sign_part(policy, bob.identity, bob.vault_id, overview_of(bob, "prod").record_id)
    put_back(bob, Kept(overview_of(bob, "prod").with_part(POLICY, RecordPart(stated, None, every)), ()))
    return People(store, ada, bob, cyd)


def dismiss(people: People, *, is_compromised: bool = False) -> object:
    return people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob), is_compromised=is_compromised))


def all_of(vault: Vault) -> tuple[object, object, object]:
    credential = vault.find("prod")
    return (
        secret_of(vault, "prod"),
        vault.session(credential),
        [vault.details_at(credential, revision.version).fields["api_key"] for revision in vault.history(credential)],
    )


def test_case_68_nothing_is_lost_and_whose_word_it_is_is_said(people: People) -> None:
    before, parts = all_of(people.cyd), overview_of(people.cyd, "prod").parts
    known = people.cyd.policy(people.cyd.find("prod")).exposures
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    assert (departure.exposed, departure.orphaned) == (("prod",), ())
    assert (departure.pinned, departure.disputed) == (("prod",), ())
    assert all_of(people.cyd) == before
    assert overview_of(people.cyd, "prod").parts[:-1] == parts[:-1]
    *kept, left = people.cyd.policy(people.cyd.find("prod")).exposures
    assert (tuple(kept), left.why, left.who) == (known, "left", id_of(people.bob).hex())
    proved = people.cyd.proved(people.cyd.find("prod"))
    assert proved is not None
    assert (proved.author, proved.pinned_by) == (id_of(people.bob), id_of(people.ada))
    assert [one.full_name for one in people.cyd.holders(people.cyd.find("prod"))] == ["Cyd"]
    assert not people.cyd.verify().faults
    with pytest.raises(NotPermitted):
        secret_of(people.ada, "prod")


def test_case_68_it_is_gone_on_with(people: People) -> None:
    dismiss(people)
    update(people.cyd, "prod", "EXAMPLE-3")
    assert secret_of(people.cyd, "prod") == "EXAMPLE-3"
    assert people.cyd.session(people.cyd.find("prod")) is None
    assert [one.version for one in people.cyd.history(people.cyd.find("prod"))] == [3, 2, 1]
    parts = {part.statement.part for part in overview_of(people.cyd, "prod").parts if part.statement}
    assert {ROTATION, POLICY} <= parts
    share(people.ada, "prod", join(people.ada, people.store, "Dan", MEMBER))


def test_case_68_what_nobody_else_holds_is_said_and_stays(people: People) -> None:
    add(people.bob, "only his", "EXAMPLE")
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    assert departure.orphaned == ("only his",)
    with pytest.raises(NotPermitted):
        secret_of(people.cyd, "only his")
    assert not people.ada.verify().faults


def test_case_68_what_lies_in_the_trash_is_pinned_too(people: People) -> None:
    throw_away(people.cyd, "prod", NOW)
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    assert departure.pinned == departure.exposed == ("prod",)
    assert not people.ada.verify().faults


def test_case_68_what_may_be_a_thiefs_is_not_pinned(people: People) -> None:
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob), is_compromised=True))
    assert (departure.exposed, departure.pinned, departure.disputed) == (("prod",), (), ("prod",))
    with pytest.raises(Disputed, match="signed by Bob, who may not"):
        secret_of(people.cyd, "prod")
    with pytest.raises(Disputed, match="signed by Bob, who may not"):
        update(people.cyd, "prod", "EXAMPLE-3")


def test_case_68_who_may_only_read_from_now_on_is_pinned_as_well(people: People) -> None:
    before = all_of(people.cyd)
    departure = people.ada.edit(lambda edit: edit.change_role(id_of(people.bob), READER))
    assert (departure.exposed, departure.pinned) == ((), ("prod",))
    assert all_of(people.cyd) == all_of(people.bob) == before
    update(people.cyd, "prod", "EXAMPLE-3")
    assert secret_of(people.bob, "prod") == "EXAMPLE-3"


def test_case_68_the_last_author_and_the_owner_who_shared_leave_one_after_the_other(people: People) -> None:
    dan = join(people.ada, people.store, "Dan", OWNER)
    share(people.ada, "prod", dan)
    people.cyd.edit(lambda edit: edit.complete(edit.find("prod")))
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    before = all_of(people.cyd)
    dan.edit(lambda edit: edit.dismiss(id_of(people.ada)))
    assert all_of(people.cyd) == before
    assert secret_of(dan, "prod") == "EXAMPLE-2"
    for vault in (people.cyd, dan):
        assert not vault.verify().faults


def test_case_68_the_program_says_what_stays_on_whose_word(opened: Opened) -> None:
    bob, cyd = (invite(opened, name, "--role", "member") for name in ("bob", "cyd"))
    keep(bob, "prod")
    assert bob("share", "prod", "--with", "cyd").code == 0
    left = opened("member", "remove", "bob", "--yes")
    assert left.code == 0, left.err
    assert "what bob signed stays as it was, and you vouch for it now: 'prod'" in left.err
    assert "bob knows values that still work:" in left.err
    assert cyd("get", "prod/api_key").out.strip() == KEY.format("prod")
    shown = cyd("show", "prod")
    assert "bob, as pinned by" in shown.out
    assert opened("vault", "verify").code == 0


@pytest.mark.parametrize("is_compromised", [False, True])
def test_case_68_what_is_named_is_exactly_what_could_be_read(people: People, is_compromised: bool) -> None:
    ada, bob, cyd = people.ada, people.bob, people.cyd
    for name in ("held", "read only", "taken off", "renewed since", "of cyd", "never his"):
        add(ada, name, f"EXAMPLE-{name}")
    for name in ("held", "read only", "taken off", "renewed since"):
        share(ada, name, bob)
    share(ada, "of cyd", cyd)
    ada.edit(lambda edit: edit.share(edit.find("read only"), [id_of(bob)], may=READ))
    update(ada, "read only", "EXAMPLE-which he reads")

    def take_off(edit: Edit) -> None:
        for name, who in (("taken off", bob), ("renewed since", bob), ("of cyd", cyd)):
            edit.unshare(edit.find(name), [id_of(who)])

    ada.edit(take_off)
    update(ada, "renewed since", "EXAMPLE-which he does not know")
    could_read = [one for one in ("held", "prod", "read only") if secret_of(bob, one)]
    departure = ada.edit(lambda edit: edit.dismiss(id_of(bob), is_compromised=is_compromised))
    assert departure.exposed == (*could_read, "taken off")
    assert departure.disputed == (("prod",) if is_compromised else ())


def test_case_68_an_owner_who_took_himself_off_is_said_to_know_it(people: People) -> None:
    """The list that says so is his own word, which stands no more."""
    dan = join(people.ada, people.store, "Dan", OWNER)
    add(people.ada, "shared", "EXAMPLE-shared")
    share(people.ada, "shared", dan)
    dan.edit(lambda edit: edit.unshare(edit.find("shared"), [id_of(dan)]))
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(dan), is_compromised=True))
    assert departure.exposed == departure.disputed == ("shared",)
