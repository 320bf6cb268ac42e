"""Case 111: who knows a secret is denied: by who may not write it, by an older state, by who is about to leave."""

from typing import NamedTuple

import pytest

from nexcred.errors import Damaged, RolledBack
from nexcred.model.lifecycle import NO_POLICY, Exposure, Former, Policy
from nexcred.services.audit.events import find_events
from nexcred.services.status.member_status import member_status
from nexcred.vault.access_list import READ
from nexcred.vault.overview import RecordPart
from nexcred.vault.policy import write_policy
from nexcred.vault.record import POLICY
from nexcred.vault.roster import MEMBER
from nexcred.vault.statements import PartStatement, digest_content, sign_part
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.lying_member import Kept, WatchedStore, id_of, keep_record, put_back
from tests.support.sample_vault import NOW, add, open_new
from tests.support.shared_vault import join, share


class People(NamedTuple):
    """Ada made "prod"; Bob may write it, Rita may read it, Zoe was taken off it, and Mal only knows its name."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    rita: Vault
    mal: Vault
    zoe: bytes


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    bob, rita, mal, zoe = (join(ada, store, name, MEMBER) for name in ("Bob", "Rita", "Mal", "Zoe"))
    add(ada, "prod", "EXAMPLE-1")
    share(ada, "prod", bob, zoe)
    ada.edit(lambda edit: edit.share(edit.find("prod"), [id_of(rita)], may=READ))
    ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(zoe)]))
    return People(store, ada, bob, rita, mal, id_of(zoe))


def policy_of(vault: Vault) -> Policy:
    return vault.policy(vault.find("prod"))


def working(vault: Vault, who: bytes) -> tuple[int, list[str]]:
    """Return how much of what somebody knows still works, and what is not proved of it."""
    vault.problems.clear()
    return member_status(vault, who.hex()).working, vault.problems


def cleared(policy: Policy, by: bytes) -> Policy:
    exposures = (
        one._replace(cleared_at=NOW, cleared_by=by.hex(), cleared_reason="it is nothing") for one in policy.exposures
    )
    return policy._replace(exposures=tuple(exposures))


def forge(people: People, liar: Vault, policy: Policy, name: str = "prod") -> None:
    """Write this policy into the record of a name, signed by the liar."""
    overview, content = overview_of(people.mal, name), write_policy(policy)
    assert content is not None
    former = next((one.statement for one in overview.parts if one.statement and one.statement.part == POLICY), None)
    serial = 1 if former is None else former.serial + 1
    stated = PartStatement(POLICY, overview.access.version, bytes(32), digest_content(content), serial, id_of(liar))
    signed = sign_part(stated, liar.identity, liar.vault_id, overview.record_id)
    put_back(people.mal, Kept(overview.with_part(POLICY, RecordPart(signed, None, content)), ()))


@pytest.mark.parametrize("who", ["rita", "mal"])
@pytest.mark.parametrize("does", ["clears", "adds", "lets it die"])
def test_case_111_by_who_may_not_write_it(people: People, who: str, does: str) -> None:
    policy, liar = policy_of(people.ada), getattr(people, who)
    added = Exposure(1, "left", NOW, id_of(people.bob).hex(), "Bob")
    forge(
        people,
        liar,
        {
            "clears": cleared(policy, id_of(people.ada)),
            "adds": policy._replace(exposures=(*policy.exposures, added)),
            "lets it die": policy._replace(former=(Former(1, "dead"),)),
        }[does],
    )
    told = f"its policy is signed by {who.title()}, who may not change it"
    for vault in (people.ada, Vault(people.store, people.bob.identity)):
        for member in (people.zoe, id_of(people.bob)):
            count, problems = working(vault, member)
            assert (count, len(problems), told in problems[0]) == (0, 1, True)  # and the command ends with 9


@pytest.mark.parametrize("fresh", [False, True])
def test_case_111_left_out(people: People, fresh: bool) -> None:
    """By who only knows its name: also for a machine that never saw it, since the list that took Zoe off pins it."""
    present = overview_of(people.mal, "prod")
    rewrite_overview(people.mal, "prod", lambda _: {"parts": ()})
    vault = Vault(people.store, people.bob.identity) if fresh else people.ada
    assert "prod" in working(vault, people.zoe)[1][0]
    put_back(people.mal, Kept(present, ()))
    assert working(people.ada, people.zoe) == (1, [])


def test_case_111_the_policy_from_before_somebody_was_taken_off(people: People) -> None:
    share(people.ada, "prod", join(people.ada, people.store, "Cyd", MEMBER))
    before = overview_of(people.mal, "prod").parts
    people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [id_of(people.rita)]))
    rewrite_overview(people.mal, "prod", lambda _: {"parts": before})
    assert "prod" in working(Vault(people.store, people.bob.identity), id_of(people.rita))[1][0]


@pytest.mark.parametrize("then", ["exposed", "cleared"])
def test_case_111_rolled_back(people: People, then: str) -> None:
    """A state from before somebody was exposed, and one from before that was cleared."""
    policy, before = policy_of(people.ada), keep_record(people.mal, "prod")
    leaked = policy._replace(exposures=(*policy.exposures, Exposure(1, "leaked", NOW, reason="in a log")))
    people.ada.set_policy(
        people.ada.find("prod"), lambda _: cleared(policy, id_of(people.ada)) if then == "cleared" else leaked
    )
    put_back(people.mal, before)
    with pytest.raises(RolledBack, match="older than this machine has seen it"):
        policy_of(people.ada)
    assert "older than this machine has seen it" in working(people.ada, people.zoe)[1][0]


@pytest.mark.parametrize("way", ["clears it", "forgets it", "ends it", "says that it is dead"])
def test_case_111_who_is_about_to_leave_denies_what_they_know(people: People, way: str) -> None:
    """Bob made "his", took himself off, and may still write its policy: it is known who denied what."""
    add(people.bob, "his", "EXAMPLE-his")
    share(people.bob, "his", people.ada)
    me = id_of(people.bob)
    people.bob.edit(lambda edit: edit.unshare(edit.find("his"), [me]))
    ways = {
        "clears it": lambda policy: cleared(policy, me),
        "forgets it": lambda _: Policy(rotate_every_days=90),
        "ends it": lambda _: NO_POLICY,
        "says that it is dead": lambda policy: policy._replace(former=(Former(1, "dead"),)),
    }
    people.bob.set_policy(people.bob.find("his"), ways[way])
    people.ada.edit(lambda edit: edit.dismiss(me))
    events = find_events(people.ada, (), "his", None)
    told = [(one.action, one.by) for one in events if one.action in ("exposed", "cleared")]
    if way == "says that it is dead":  # the word of who may write it; "prod" he did not deny
        assert told == [("exposed", "Bob")]
        assert working(people.ada, me) == (1, [])
    else:
        assert ("exposed", "Ada Example") in told
        assert (("cleared", "Bob") in told) == (way == "clears it")
        assert working(people.ada, me) == (2, [])


@pytest.mark.parametrize("is_compromised", [False, True])
def test_case_111_a_spoilt_policy_stops_no_removal_and_so_it_is_told(people: People, is_compromised: bool) -> None:
    warned: list[str] = []
    forge(people, people.mal, Policy(rotator="ee" * 16))
    add(people.ada, "other", "EXAMPLE-other")
    share(people.ada, "other", people.bob)
    ada = Vault(people.store, people.ada.identity, memory=people.ada.memory, warn=warned.append, now=lambda: NOW)
    departure = ada.edit(lambda edit: edit.dismiss(id_of(people.bob), is_compromised=is_compromised))
    assert "prod" in (*departure.exposed, *departure.disputed)
    assert "Bob" not in [one.full_name for one in ada.members]
    assert "prod" in departure.disputed or any("who knows 'prod' could not be noted there" in one for one in warned)
    assert working(ada, id_of(people.bob))[0] == 1
    with pytest.raises(Damaged):
        policy_of(ada)


def test_case_111_what_a_thief_wrote_beside_it_is_not_signed_again(people: People) -> None:
    """Of a policy by who is removed as compromised the exposures stay, and nothing else."""
    evil = policy_of(people.bob)._replace(rotator="ee" * 16, former=(Former(1, "dead"),))
    people.bob.set_policy(people.bob.find("prod"), lambda _: evil)
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob), is_compromised=True))
    assert (departure.disputed, departure.exposed) == ((), ("prod",))
    policy = policy_of(people.ada)
    assert (policy.rotator, policy.former) == ("", ())
    assert [one.name for one in policy.exposed] == ["Zoe", "Bob"]
