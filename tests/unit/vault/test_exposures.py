"""Who was taken off a record, or left, and what becomes of that when values are set back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from nexcred.model.lifecycle import Exposure, Former, Policy
from nexcred.vault.identity import Identity
from nexcred.vault.policy import MAX_POLICY_BYTES, write_policy
from nexcred.vault.roster import GUEST, MEMBER, OWNER
from nexcred.vault.teams import end_team, join_teams, leave_team, make_team
from nexcred.vault.vault import Vault
from tests.support.backups import into, over, saved
from tests.support.lying_member import id_of
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, remove, update
from tests.support.shared_vault import join, share
from tests.support.three_people import People, three_people


@pytest.fixture
def people() -> People:
    """Ada made "prod", "other" and "gone", which lies in the trash. Bob, an owner, holds nothing; Mal all but one."""
    people = three_people(bob=OWNER)
    for name in ("prod", "other", "gone"):
        add(people.ada, name, f"EXAMPLE-{name}")
    for name in ("prod", "gone"):
        share(people.ada, name, people.mal)
    remove(people.ada, "gone")
    return people


def exposed(vault: Vault, name: str = "prod") -> list[tuple[int, str, str]]:
    policy = vault.policy(vault.find(name))
    assert all(one.name == vault.state.roster.name_of(bytes.fromhex(one.who)) for one in policy.exposures)
    return [(one.revision, one.why, one.name) for one in policy.exposed]


def in_trash(vault: Vault) -> list[Exposure]:
    return [exposure for one in vault.trash() for exposure in (one.credential.policy or Policy()).exposures]


def unshare(vault: Vault, who: Vault, name: str = "prod") -> None:
    vault.edit(lambda edit: edit.unshare(edit.find(name), [id_of(who)]))


@pytest.mark.parametrize("is_compromised", [False, True])
def test_who_leaves_knows_what_they_held_also_in_the_trash(people: People, is_compromised: bool) -> None:
    """Bob, who removes them, holds nothing of it."""
    update(people.ada, "prod", "EXAMPLE-2")
    people.bob.edit(lambda edit: edit.dismiss(id_of(people.mal), is_compromised=is_compromised))
    assert exposed(people.ada) == [(2, "left", "Mal")]
    assert exposed(people.ada, "other") == []
    (gone,) = in_trash(people.ada)
    assert (gone.revision, gone.why, gone.who) == (1, "left", id_of(people.mal).hex())
    assert not people.ada.verify().faults


@pytest.mark.parametrize("state", ["alive", "revoked", "dead"])
def test_who_leaves_knows_a_former_secret_that_they_held_and_that_still_works(people: People, state: str) -> None:
    """Cyd came with the newest secret, and knows that one alone; Bob, who removes both, holds nothing of it."""
    update(people.ada, "prod", "EXAMPLE-2")
    update(people.ada, "prod", "EXAMPLE-3")
    cyd = join(people.ada, people.store, "Cyd", MEMBER)
    share(people.ada, "prod", cyd)
    former = (Former(1, state), Former(2, "gone"))  # type: ignore[arg-type]
    people.ada.set_policy(people.ada.find("prod"), lambda policy: policy._replace(former=former))
    for one in (people.mal, cyd):
        people.bob.edit(lambda edit, one=one: edit.dismiss(id_of(one)))  # type: ignore[misc]
    still = [] if state == "dead" else [(1, "left", "Mal")]
    assert exposed(people.ada) == [(3, "left", "Mal"), *still, (3, "left", "Cyd")]
    assert not people.ada.verify().faults


def test_who_is_taken_off_is_exposed_once_and_again_when_they_held_it_again(people: People) -> None:
    unshare(people.ada, people.mal)
    assert exposed(people.ada) == [(1, "unshared", "Mal")]
    share(people.ada, "prod", people.mal)
    assert exposed(people.ada) == []
    unshare(people.ada, people.mal)
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal)))
    assert exposed(people.ada) == [(1, "unshared", "Mal")]


def test_one_that_was_cleared_stays_so_unless_they_held_it_since(people: People) -> None:
    def clear(policy: Policy) -> Policy:
        by = id_of(people.ada).hex()
        cleared = (one._replace(cleared_at=NOW, cleared_by=by, cleared_reason="wiped") for one in policy.exposures)
        return policy._replace(exposures=tuple(cleared))

    unshare(people.ada, people.mal)
    people.ada.set_policy(people.ada.find("prod"), clear)
    assert exposed(people.ada) == []
    share(people.ada, "prod", people.mal)
    unshare(people.ada, people.mal)
    assert exposed(people.ada) == [(1, "unshared", "Mal")]
    people.ada.set_policy(people.ada.find("prod"), clear)
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal)))
    assert exposed(people.ada) == []


def test_a_team_that_is_left_or_ends_exposes_what_it_held_to_them(people: People) -> None:
    cyd = join(people.ada, people.store, "Cyd", MEMBER)
    team = people.ada.change(lambda copy: make_team(copy, "devs"))
    members = [id_of(people.mal), id_of(cyd)]
    people.ada.change(lambda copy: join_teams(copy, [team], members))
    for name in ("prod", "other"):
        people.ada.edit(lambda edit, name=name: edit.share(edit.find(name), [], teams=[team]))  # type: ignore[misc]
    people.ada.change(lambda copy: leave_team(copy, team, id_of(people.mal)))
    assert exposed(people.ada) == []  # which is shared with Mal besides
    assert exposed(people.ada, "other") == [(1, "unshared", "Mal")]
    people.ada.change(lambda copy: join_teams(copy, [team], [id_of(people.mal), id_of(people.bob)]))
    assert exposed(people.ada, "other") == []
    people.ada.change(lambda copy: leave_team(copy, team, id_of(people.mal)))
    people.ada.edit(lambda edit: edit.change_role(id_of(people.bob), MEMBER))
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    assert exposed(people.ada) == [(1, "left", "Bob")]
    people.ada.change(lambda copy: end_team(copy, team))
    assert exposed(people.ada) == [(1, "left", "Bob"), (1, "unshared", "Cyd")]
    assert [who for _, _, who in exposed(people.ada, "other")] == ["Mal", "Bob", "Cyd"]


def test_a_guest_that_has_ended_is_removed_and_exposed(people: People) -> None:
    now = [NOW]
    ada = Vault(people.store, people.ada.identity, memory=people.ada.memory, now=lambda: now[0])
    guest, until_ms = Identity.generate(), int(NOW.timestamp() * 1000) + 1_000
    ada.edit(lambda edit: edit.admit(guest.public, "ci", GUEST, until_ms))
    ada.edit(lambda edit: edit.share(edit.find("other"), [guest.fingerprint]))
    now[0] += timedelta(days=1)
    for name in ("one", "two"):  # the first is what shows that its time is over
        add(ada, name)
    assert exposed(ada, "other") == [(1, "left", "ci")]


def test_another_role_exposes_nothing(people: People) -> None:
    for role in ("reader", "guest"):
        people.ada.edit(lambda edit, role=role: edit.change_role(id_of(people.mal), role))  # type: ignore[misc]
    assert exposed(people.ada) == []


def test_who_was_taken_off_knows_each_value_that_they_held_when_it_is_set_back(people: People) -> None:
    update(people.ada, "prod", "EXAMPLE-2")
    update(people.ada, "prod", "EXAMPLE-3")
    unshare(people.ada, people.mal)
    update(people.ada, "prod", "EXAMPLE-4")
    update(people.ada, "prod", "EXAMPLE-prod")  # that of revision 1
    assert exposed(people.ada) == [(3, "unshared", "Mal"), (5, "restored", "Mal")]
    update(people.ada, "prod", "EXAMPLE-4")  # which they never held
    assert exposed(people.ada) == [(3, "unshared", "Mal"), (5, "restored", "Mal")]


@pytest.mark.parametrize("state", ["alive", "dead"])
def test_a_value_that_is_set_back_is_exposed_again(people: People, state: str) -> None:
    unshare(people.ada, people.mal)
    update(people.ada, "prod", "EXAMPLE-next")
    assert exposed(people.ada) == [(1, "unshared", "Mal")]
    former = Former(1, "dead" if state == "dead" else "alive")
    people.ada.set_policy(people.ada.find("prod"), lambda policy: policy._replace(former=(former,)))
    assert bool(exposed(people.ada)) == (state == "alive")
    update(people.ada, "prod", "EXAMPLE-prod")
    assert exposed(people.ada) == [(3, "restored", "Mal")]
    update(people.ada, "prod", "EXAMPLE-last")
    assert exposed(people.ada) == [(3, "restored", "Mal")]
    people.ada.set_policy(people.ada.find("prod"), lambda policy: policy._replace(former=(Former(3, "dead"),)))
    assert exposed(people.ada) == []


def test_new_values_with_the_same_secret_are_as_exposed_as_before(people: People) -> None:
    unshare(people.ada, people.mal)
    update(people.ada, "prod", "EXAMPLE-prod", region="eu")
    (one,) = people.ada.policy(people.ada.find("prod")).exposures
    assert (one.revision, one.why, one.at) == (2, "unshared", NOW)


def fill(policy: Policy) -> Policy:
    """Leave room for nothing more, half of it with revision 1."""
    some = [Exposure(1 + day % 2, "leaked", NOW - timedelta(days=day), reason="x" * 300) for day in range(150)]
    policy = policy._replace(exposures=tuple(some))
    left = MAX_POLICY_BYTES - len(write_policy(policy) or "")
    last = Exposure(2, "leaked", NOW, reason="x" * (left - 100))
    return policy._replace(exposures=(*policy.exposures, last))


def with_dead(policy: Policy) -> Policy:
    return fill(policy._replace(former=(Former(1, "dead"),)))


@pytest.mark.parametrize("full", [fill, with_dead])
def test_a_full_policy_stops_nobody(people: People, full: Callable[[Policy], Policy]) -> None:
    warned: list[str] = []
    update(people.ada, "prod", "EXAMPLE-2")
    ada = Vault(people.store, people.ada.identity, memory=people.ada.memory, warn=warned.append, now=lambda: NOW)
    ada.set_policy(ada.find("prod"), full)
    unshare(ada, people.mal)
    assert "Mal" not in [one.full_name for one in ada.holders(ada.find("prod"))]
    is_told = any(who == "Mal" for _, _, who in exposed_of(ada))
    assert is_told == (full is with_dead)
    assert bool(warned) == (full is fill)
    assert all("who knows 'prod' could not be noted there" in told for told in warned)


def exposed_of(vault: Vault) -> list[tuple[int, str, str]]:
    return [(one.revision, one.why, one.name) for one in vault.policy(vault.find("prod")).exposed]


def test_who_is_removed_as_compromised_is_exposed_in_what_is_settled(people: People) -> None:
    """Mal's values are gone: what he knows is the revision that is gone on with, whatever it was called."""
    update(people.mal, "prod", "EXAMPLE-evil")
    departure = people.bob.edit(lambda edit: edit.dismiss(id_of(people.mal), is_compromised=True))
    assert departure.disputed == ("prod",)
    people.bob.edit(lambda edit: edit.settle("prod", [id_of(people.ada)]))
    assert people.ada.find("prod").version == 1
    assert exposed(people.ada) == [(1, "left", "Mal")]
    assert people.ada.policy(people.ada.find("prod")).former == ()


@pytest.mark.parametrize("is_lost", [False, True])
@pytest.mark.parametrize("leaves", [False, True])
def test_a_backup_that_is_brought_back_exposes_what_they_know_who_hold_it_no_more(
    people: People, *, leaves: bool, is_lost: bool
) -> None:
    """Mal held it when the backup was made; Cyd came after it, and where the vault is lost nothing says so."""
    backup = saved(people.store)
    cyd = join(people.ada, people.store, "Cyd", MEMBER)
    share(people.ada, "prod", cyd)
    for one in (people.mal, cyd):
        if leaves:
            people.bob.edit(lambda edit, one=one: edit.dismiss(id_of(one)))  # type: ignore[misc]
        else:
            unshare(people.ada, one)
    people.ada.names()  # and so she knows who left
    store = MemoryStore() if is_lost else people.store
    bring_back = into if is_lost else over
    bring_back(store, people.ada, backup)
    ada = Vault(store, people.ada.identity, now=lambda: NOW)
    why = "left" if leaves else "unshared"
    known = {(1, why, "Mal")} if is_lost else {(1, why, "Mal"), (1, why, "Cyd")}
    assert set(exposed(ada)) == known
    (gone,) = in_trash(ada) if leaves else [None]
    assert gone is None or (gone.revision, gone.why, gone.name) == (1, "left", "Mal")
    assert not ada.verify().faults


def test_a_backup_that_is_brought_back_takes_it_from_who_came_since(people: People) -> None:
    backup = saved(people.store)
    cyd = join(people.ada, people.store, "Cyd", MEMBER)
    share(people.ada, "prod", cyd)
    over(people.store, people.ada, backup)
    assert exposed(people.ada) == [(1, "unshared", "Cyd")]
    assert not people.ada.verify().faults
