"""Settling: over a disputed record its creator or an owner goes on with values that some proof still leads to."""

from collections.abc import Callable
from typing import Any

import pytest

from nexcred.errors import ChangedMeanwhile, Disputed, NotPermitted, UsageError
from nexcred.model.lifecycle import NO_POLICY, Exposure, Policy
from nexcred.vault.access_list import most_of_each
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.record import POLICY
from nexcred.vault.roster import MEMBER, READER
from nexcred.vault.roster_records import Least
from nexcred.vault.settle import Dispute, look_into
from nexcred.vault.statements import PartStatement, digest_content, sign_part
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, overview_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, set_session, update
from tests.support.shared_vault import join, secret_of, share


def spoil_list(eve: Vault, name: str = "prod") -> None:
    """Put oneself on a list whose signature then is wrong."""
    rewrite_overview(eve, name, lambda old: {"access": old.access._replace(signer=eve.state.me.id)})


def spoil_values(eve: Vault, name: str = "prod") -> None:
    """Sign, as oneself, that the values are others: there are none under that digest."""

    def forged(old: Overview) -> dict[str, Any]:
        assert old.statement is not None
        newer = old.statement._replace(revision=old.statement.revision + 1, by=eve.state.me.id)
        return {"statement": newer, "past": (b"", *old.past)[1:]}

    rewrite_overview(eve, name, forged)


def settle(vault: Vault, name: str, *members: Vault, version: int | None = None) -> None:
    ids = [one.state.me.id for one in members]
    vault.edit(lambda edit: edit.settle(name, ids, version))


def looked_into(vault: Vault, name: str) -> Dispute:
    return vault.look(lambda copy: look_into(copy, name))


def elsewhere(vault: Vault, store: MemoryStore) -> Vault:
    return Vault(store, vault.identity, now=lambda: NOW)


def test_a_disputed_record_opens_for_nobody(ada: Vault, bob: Vault, eve: Vault, store: MemoryStore) -> None:
    spoil_list(eve)
    for vault in (ada, bob, elsewhere(ada, store)):
        for attempt in (secret_of, lambda one, name: update(one, name, "EXAMPLE-next")):
            with pytest.raises(Disputed, match="signed by Eve, who may not say that"):
                attempt(vault, "prod")
    assert secret_of(ada, "test") == "EXAMPLE-test"


@pytest.mark.parametrize("who", ["an owner", "its creator"])
def test_who_may_goes_on_with_what_this_machine_has_used(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore, who: str
) -> None:
    settler, name = (ada, "prod") if who == "an owner" else (bob, "bobs")
    if who == "its creator":
        add(bob, "bobs", "EXAMPLE-bobs")
        share(bob, "bobs", ada)
        assert secret_of(ada, "bobs") == "EXAMPLE-bobs"
    spoil_list(eve, name)
    dispute = looked_into(settler, name)
    assert (dispute.name, [one.because for one in dispute.candidates]) == (name, ["this machine has used them"])
    assert "Eve, who may not" in dispute.why
    settle(settler, name, ada, bob)
    assert secret_of(ada, name) == secret_of(bob, name) == f"EXAMPLE-{name}"
    assert settler.verify().faults == ()
    update(bob, name, "EXAMPLE-next")
    assert secret_of(ada, name) == "EXAMPLE-next"


def test_nothing_else_is_gone_on_with_than_what_a_person_was_shown(ada: Vault, bob: Vault, eve: Vault) -> None:
    before = list_of(eve, "prod")
    spoil_list(eve)
    (shown,) = looked_into(ada, "prod").candidates
    rewrite_overview(eve, "prod", lambda _: {"access": before})
    update(ada, "prod", "EXAMPLE-next")
    spoil_list(eve)
    ids = [ada.state.me.id]
    with pytest.raises(ChangedMeanwhile, match="other values are proved by now than those that were shown"):
        ada.edit(lambda edit: edit.settle("prod", ids, shown=shown))
    (present, *_) = looked_into(ada, "prod").candidates
    ada.edit(lambda edit: edit.settle("prod", ids, shown=present))
    assert secret_of(ada, "prod") == "EXAMPLE-next"


def test_recipients_are_those_that_were_chosen_and_never_those_of_the_disputed_list(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore
) -> None:
    forged = list_of(eve, "prod")
    grants = most_of_each((*forged.grants, forged.grants[0]._replace(to=eve.state.me.id)))
    rewrite_overview(eve, "prod", lambda _: {"access": forged._replace(grants=grants, signer=eve.state.me.id)})
    settle(ada, "prod", ada)
    assert [one.full_name for one in ada.holders(ada.find("prod"))] == ["Ada Example"]
    for vault in (bob, eve):
        with pytest.raises(NotPermitted):
            secret_of(vault, "prod")


@pytest.mark.parametrize("spoil", [spoil_list, spoil_values])
def test_who_held_it_and_does_not_any_more_knows_it_still(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore, spoil: Callable[[Vault], None]
) -> None:
    """Cyd left before it was settled, and Dan held only what was before."""
    cyd, dan = join(ada, store, "Cyd", READER), join(ada, store, "Dan", READER)
    share(ada, "prod", dan)
    ada.edit(lambda edit: edit.unshare(edit.find("prod"), [dan.state.me.id]))
    update(ada, "prod", "EXAMPLE-2")
    share(ada, "prod", cyd)
    spoil(eve)
    ada.edit(lambda edit: edit.dismiss(cyd.state.me.id))
    settle(ada, "prod", ada)
    settled = ada.find("prod")
    known = {(one.name, one.why, one.revision) for one in ada.policy(settled).exposed}
    assert known == {("Bob", "unshared", settled.version), ("Cyd", "left", settled.version), ("Dan", "unshared", 1)}
    assert ada.edit(lambda edit: edit.dismiss(bob.state.me.id)).exposed == ("prod",)
    assert ada.verify().faults == ()


@pytest.mark.parametrize("role", [MEMBER, READER])
def test_nobody_else_settles(ada: Vault, bob: Vault, eve: Vault, store: MemoryStore, role: str) -> None:
    cyd = join(ada, store, "Cyd", role)
    share(ada, "prod", cyd)
    assert secret_of(cyd, "prod") == "EXAMPLE-prod"
    spoil_list(eve)
    for vault in (bob, cyd, eve):
        generation = ada.generation
        with pytest.raises((NotPermitted, UsageError)):
            settle(vault, "prod", vault)
        assert ada.generation == generation


def test_what_is_not_disputed_is_not_settled(ada: Vault, bob: Vault) -> None:
    with pytest.raises(UsageError, match="nothing is disputed"):
        settle(ada, "prod", ada)
    with pytest.raises(UsageError, match="no credential named"):
        settle(ada, "nothing", ada)


def test_a_machine_that_has_used_nothing_goes_by_lists_that_verify(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore
) -> None:
    update(bob, "prod", "EXAMPLE-2")
    spoil_values(eve)
    bare = elsewhere(ada, store)
    dispute = looked_into(bare, "prod")
    assert [(one.overview.version, one.is_present) for one in dispute.candidates] == [(1, False)]
    assert dispute.candidates[0].because == "Ada Example pinned them in list 2"
    settle(bare, "prod", ada, bob)
    assert secret_of(bare, "prod") == "EXAMPLE-prod"


def test_nothing_proved_is_nothing_to_go_on_with(ada: Vault, bob: Vault, eve: Vault, store: MemoryStore) -> None:
    spoil_list(eve)
    bare = elsewhere(ada, store)
    assert looked_into(bare, "prod").candidates == ()
    with pytest.raises(UsageError, match="nothing proves any values"):
        settle(bare, "prod", ada)
    with pytest.raises(UsageError, match="revision 7 is not proved"):
        settle(ada, "prod", ada, version=7)


def test_an_older_revision_is_chosen_by_its_number(ada: Vault, bob: Vault, eve: Vault) -> None:
    update(ada, "prod", "EXAMPLE-2")
    update(bob, "prod", "EXAMPLE-3")
    spoil_list(eve)
    versions = [one.overview.version for one in looked_into(ada, "prod").candidates]
    assert versions == [3, 2, 1]
    settle(ada, "prod", ada, bob, version=2)
    assert secret_of(ada, "prod") == secret_of(bob, "prod") == "EXAMPLE-2"
    update(bob, "prod", "EXAMPLE-next")
    assert [one.version for one in ada.history(ada.find("prod"))] == [3, 2, 1]


def test_a_session_is_left_behind(ada: Vault, bob: Vault, eve: Vault) -> None:
    set_session(ada, "prod", {"token": "EXAMPLE"})
    spoil_list(eve)
    settle(ada, "prod", ada, bob)
    assert ada.session(ada.find("prod")) is None
    set_session(bob, "prod", {"token": "EXAMPLE-new"})
    assert ada.session(ada.find("prod")) == {"token": "EXAMPLE-new"}


ENTERED = Policy(rotate_every_days=90, exposures=(Exposure(1, "leaked", NOW),))


@pytest.mark.parametrize("spoil", ["list", "content", "values"])
def test_what_is_proved_of_the_policy_is_kept(ada: Vault, bob: Vault, eve: Vault, spoil: str) -> None:
    ada.set_policy(ada.find("prod"), lambda _: ENTERED)
    update(ada, "prod", "EXAMPLE-3")
    if spoil == "content":  # the history has what was signed
        (part,) = overview_of(eve, "prod").parts
        forged = part._replace(content='{"rotate_every_days":0}')
        rewrite_overview(eve, "prod", lambda old: {"parts": old.with_part(POLICY, forged).parts})
    else:
        (spoil_list if spoil == "list" else spoil_values)(eve)
    settle(ada, "prod", ada, bob)
    assert [vault.policy(vault.find("prod")) for vault in (ada, bob)] == [ENTERED] * 2
    assert not ada.verify().faults


def test_a_policy_of_who_may_not_say_it_is_not_kept(ada: Vault, bob: Vault, eve: Vault) -> None:
    content = '{"never_expires":true}'

    def forged(old: Overview) -> dict[str, Any]:
        unsigned = PartStatement(POLICY, old.access.version, bytes(32), digest_content(content), 1, eve.state.me.id)
        statement = sign_part(unsigned, eve.identity, eve.vault_id, old.record_id)
        return {"parts": (RecordPart(statement, None, content),)}

    rewrite_overview(eve, "prod", forged)
    settle(ada, "prod", ada, bob)
    assert ada.policy(ada.find("prod")) == NO_POLICY


def test_case_92_a_later_right_list_that_is_put_back_after_it_is_refused(
    ada: Vault, bob: Vault, eve: Vault, store: MemoryStore
) -> None:
    for may in (1, 2, 1, 2):
        ada.edit(lambda edit, may=may: edit.share(edit.find("prod"), [bob.state.me.id], may=may))  # type: ignore[misc]
    right = overview_of(eve, "prod")
    spoil_list(eve)
    settle(ada, "prod", ada)
    access = list_of(ada, "prod")
    assert ada.state.roster.least_of(access.record_id) == Least(access.version)
    rewrite_overview(eve, "prod", lambda _: {"access": right.access, "statement": right.statement})
    for vault in (ada, bob, elsewhere(ada, store)):
        with pytest.raises(Disputed, match="from before somebody was taken off"):
            secret_of(vault, "prod")


def test_what_was_settled_is_not_stopped_by_what_others_saw(ada: Vault, bob: Vault, eve: Vault) -> None:
    update(ada, "prod", "EXAMPLE-2")
    assert secret_of(bob, "prod") == "EXAMPLE-2"
    spoil_list(eve)
    settle(ada, "prod", ada, bob, version=1)
    assert secret_of(bob, "prod") == "EXAMPLE-prod"  # his machine has seen revision 2


def test_case_92_what_does_not_agree_with_its_details_is_not_offered(ada: Vault, bob: Vault, eve: Vault) -> None:
    """Eve shows other hosts than the values are sent to: nobody is asked to go on with those."""
    update(bob, "prod", "EXAMPLE-2")
    assert secret_of(ada, "prod") == "EXAMPLE-2"
    spoil_list(eve)
    assert [one.overview.version for one in looked_into(ada, "prod").candidates] == [2, 1]
    rewrite_overview(eve, "prod", lambda _: {"allowed_hosts": ()})
    (candidate,) = looked_into(ada, "prod").candidates
    assert candidate.overview.version == 1
    assert candidate.details is not None
    assert candidate.details.allowed_hosts == ("api.example.com:8443",)
    with pytest.raises(UsageError, match="revision 2 is not proved"):
        settle(ada, "prod", ada, version=2)


def test_case_92_of_what_is_not_shared_no_values_are_shown(ada: Vault, bob: Vault, eve: Vault) -> None:
    add(bob, "bobs", "EXAMPLE-bobs")
    share(bob, "bobs", ada)
    assert secret_of(ada, "bobs") == "EXAMPLE-bobs"
    bob.edit(lambda edit: edit.unshare(edit.find("bobs"), [ada.state.me.id]))
    update(bob, "bobs", "EXAMPLE-next")
    rewrite_overview(eve, "bobs", lambda old: {"parts": (), "access": old.access._replace(signer=eve.state.me.id)})
    assert [one.details for one in looked_into(ada, "bobs").candidates if one.is_present] in ([], [None])


def test_a_policy_that_is_too_large_when_it_is_written_again_stops_nobody(ada: Vault, bob: Vault, eve: Vault) -> None:
    """Bob, who may write it, leaves out of each time what need not be there."""
    one = '{"revision":1,"why":"leaked","at":"2026-01-01T00Z","name":"%d"}'
    content = '{"exposures":[' + ",".join(one % number for number in range(1000)) + "]}"

    def full(old: Overview) -> dict[str, Any]:
        unsigned = PartStatement(POLICY, old.access.version, bytes(32), digest_content(content), 1, bob.state.me.id)
        statement = sign_part(unsigned, bob.identity, bob.vault_id, old.record_id)
        return {"parts": (RecordPart(statement, None, content),)}

    rewrite_overview(bob, "prod", full)
    assert len(ada.policy(ada.find("prod")).exposures) == 1000
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    spoil_list(eve)
    settle(ada, "prod", ada)
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    assert ada.verify().faults == ()
