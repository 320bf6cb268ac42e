"""Case 110: a policy is set by who may write it alone, and outlives all that is done to its record."""

from collections.abc import Callable

import pytest

from nexcred.errors import NotPermitted
from nexcred.model.lifecycle import NO_POLICY, Exposure
from nexcred.vault.changes import Changes
from nexcred.vault.policy import read_policy
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.vault import Vault
from tests.support.four_people import People
from tests.support.kept_policies import (
    EVIL,
    KEPT,
    forged,
    keep_policy,
    people,
    policy_of,
)
from tests.support.lying_member import RacedStore, id_of, put_back
from tests.support.sample_vault import NOW, accepted, add, describe, set_session, update
from tests.support.shared_vault import join, rekey, share

__all__ = ["people"]


def test_case_110_all_members_see_it_and_it_is_what_was_kept(people: People) -> None:
    for vault in (*people.holders, people.mal):
        assert policy_of(vault) == KEPT
        assert vault.find("prod").policy == KEPT
        assert [one.policy for one in vault.credentials()] == [KEPT]
    assert read_policy(people.present().policy or "") == KEPT


def test_case_110_writers_whoever_added_it_and_owners_change_it_and_nobody_else(people: People) -> None:
    owner = join(people.ada, people.store, "Own", MEMBER)
    people.ada.edit(lambda edit: edit.change_role(id_of(owner), "owner"))
    reader = join(people.ada, people.store, "Rea", READER)
    guest = join(people.ada, people.store, "ci", GUEST)
    share(people.ada, "prod", guest)
    for vault in (people.rita, people.mal, reader, guest):
        for wanted in (EVIL, NO_POLICY):
            with pytest.raises(NotPermitted):
                keep_policy(vault, wanted)
            with pytest.raises(NotPermitted):
                vault.set_policy(vault.find("prod"), lambda _, wanted=wanted: wanted)  # type: ignore[misc]
    assert policy_of(people.ada) == KEPT
    for days, vault in enumerate((people.bob, people.ada, owner), 1):
        vault.set_policy(vault.find("prod"), lambda policy, days=days: policy._replace(rotate_every_days=days))  # type: ignore[misc]
        assert policy_of(people.mal) == KEPT._replace(rotate_every_days=days)


def test_case_110_a_creator_who_is_taken_off_for_good_changes_none(people: People) -> None:
    add(people.bob, "his", "EXAMPLE-his")
    share(people.bob, "his", people.ada)
    bobs = people.bob.find("his")
    people.ada.edit(lambda edit: edit.unshare(edit.find("his"), [id_of(people.bob)]))
    with pytest.raises(NotPermitted):
        people.bob.set_policy(bobs, lambda _: EVIL)


def rename(people: People) -> None:
    people.bob.edit(lambda edit: edit.update(edit.find("prod"), Changes(name="PROD")))


@pytest.mark.parametrize(
    "act",
    [
        lambda people: describe(people.mal, "prod", "another description"),
        rename,
        lambda people: set_session(people.bob, "prod", {"token": "EXAMPLE-token"}),
        lambda people: update(people.bob, "prod", "EXAMPLE-2", region="na"),
        lambda people: people.mal.edit(lambda edit: edit.record_probe(edit.find("prod"), accepted())),
        lambda people: share(people.ada, "prod", people.mal),
        lambda people: people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.rita)])),
        lambda people: people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob))),
        lambda people: rekey(people.ada),
    ],
    ids=["describe", "rename", "session", "values", "probe", "share", "unshare", "dismiss", "rekey"],
)
def test_case_110_it_outlives_what_is_done_to_the_record(people: People, act: Callable[[People], object]) -> None:
    act(people)
    for vault in (people.ada, people.mal):  # who is off it is exposed besides
        assert policy_of(vault)._replace(exposures=policy_of(vault).exposures[:2]) == KEPT
    people.ada.set_policy(people.ada.find("prod"), lambda policy: policy._replace(exposures=()))
    assert policy_of(people.ada) == KEPT._replace(exposures=())
    assert not people.ada.verify().faults


@pytest.mark.parametrize("then", ["member", None], ids=["demoted", "left"])
def test_case_110_what_an_owner_without_a_grant_set_stays(people: People, then: str | None) -> None:
    owner = join(people.ada, people.store, "Own", OWNER)
    owner.set_policy(owner.find("prod"), lambda _: EVIL)
    if then is None:
        people.ada.edit(lambda edit: edit.dismiss(id_of(owner)))
    else:
        people.ada.edit(lambda edit: edit.change_role(id_of(owner), then))
        with pytest.raises(NotPermitted):
            keep_policy(owner, KEPT)
    assert [policy_of(vault) for vault in (*people.holders, people.mal)] == [EVIL] * 4


def test_case_110_what_is_added_meanwhile_is_not_lost(people: People) -> None:
    """Two commands add an exposure each: the one that was slower adds to what the other one wrote."""
    bobs, late = Exposure(1, "unshared", NOW, name="ci"), Exposure(3, "leaked", NOW)

    def be_quicker() -> None:
        people.bob.set_policy(people.bob.find("prod"), lambda one: one._replace(exposures=(*one.exposures, bobs)))

    raced = RacedStore(people.store.tables, before_commit=be_quicker)
    slow = Vault(raced, people.ada.identity, memory=people.ada.memory, now=lambda: NOW)
    credential = slow.find("prod")
    slow.set_policy(credential, lambda policy: policy._replace(exposures=(*policy.exposures, late)))
    assert policy_of(people.ada).exposures == (*KEPT.exposures, bobs, late)
    people.ada.edit(lambda edit: edit.update(edit.find("prod"), Changes(name="moved")))
    people.ada.set_policy(credential, lambda _: EVIL)
    assert policy_of(people.ada, "moved") == EVIL
    generation = people.ada.generation
    people.ada.set_policy(credential, lambda policy: policy)
    assert people.ada.generation == generation


def test_case_110_keys_of_a_newer_version_are_kept(people: People) -> None:
    exposure = '{"revision":1,"why":"left","at":"2026-01-01T00:00:00.000Z","seen":"in chat"}'
    put_back(people.bob, forged(people.bob, people.present(), f'{{"later":[1],"exposures":[{exposure}]}}'))
    people.ada.set_policy(people.ada.find("prod"), lambda policy: policy._replace(rotate_every_days=1))
    assert people.present().policy == f'{{"later":[1],"rotate_every_days":1,"exposures":[{exposure}]}}'
    keep_policy(people.ada, NO_POLICY)
    assert people.present().policy == '{"later":[1]}'


def test_case_110_without_anything_left_it_ends_by_a_statement(people: People) -> None:
    keep_policy(people.ada, NO_POLICY)
    (part,) = people.present().parts
    assert part.statement is not None
    assert part.statement.is_ended
    assert part.statement.serial == 2
    assert (policy_of(people.mal), people.mal.find("prod").policy) == (NO_POLICY, None)
    keep_policy(people.ada, KEPT)
    assert policy_of(people.mal) == KEPT
