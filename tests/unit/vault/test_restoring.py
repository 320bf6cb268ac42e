"""Records of a backup come back under a head, a roster and lists of now: nobody comes back with them."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from nexcred.errors import Disputed, NotPermitted, Replaced, RolledBack, VaultExists
from nexcred.model.lifecycle import NO_POLICY, Exposure, Policy
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.memory import Doubt
from nexcred.vault.overview import write_overview
from nexcred.vault.record import MAX_PLAINTEXT_BYTES
from nexcred.vault.restoring import LEAP, Restored
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.vault import Vault
from tests.support.backups import into, over, reopened, saved
from tests.support.forging import list_of, overview_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.remembering import asking, seen
from tests.support.sample_vault import NOW, add, describe, everything, fill, open_new, remove, update
from tests.support.shared_vault import join, rekey, secret_of, share


@pytest.fixture
def ada(store: MemoryStore) -> Vault:
    vault = open_new(store)
    fill(vault)
    return vault


def change(vault: Vault) -> None:
    update(vault, "binary", "EXAMPLE-later")
    remove(vault, "Prod Events")
    add(vault, "later")


def values_of(vault: Vault) -> dict[str, object]:
    """Return all that can be read, but how often each overview was written."""
    return {name: (credential._replace(revision=0), *rest) for name, (credential, *rest) in everything(vault).items()}


def test_all_is_as_it_was_and_the_machine_that_saw_the_replaced_state_goes_on(ada: Vault, store: MemoryStore) -> None:
    before, backup = values_of(ada), saved(store)
    change(ada)
    newest = ada.generation
    done = over(store, ada, backup)
    back = reopened(store, ada)
    assert done == Restored(newest + LEAP, 3, (), (), ())
    assert back.generation == newest + LEAP
    assert values_of(back) == before
    assert back.verify().strays == 0
    update(back, "binary", "EXAMPLE-after")
    assert reopened(store, back).generation == back.generation
    assert back.verify().strays == 0


def test_a_machine_that_saw_another_state_is_asked_once(ada: Vault, store: MemoryStore) -> None:
    backup, lost = saved(store), saved(store)
    ahead = reopened(lost, ada)
    describe(ahead, "binary", "of which the restorer knows nothing")
    elsewhere = seen(ahead.anchor)
    change(ada)
    over(store, ada, backup)
    asked: list[Doubt] = []
    with pytest.raises(RolledBack, match="restored a backup of this vault"):
        Vault(store, ada.identity, memory=elsewhere)
    with pytest.raises(RolledBack):
        Vault(store, ada.identity, memory=elsewhere, confirm=asking(asked, yes=False))
    assert len(asked) == 1
    Vault(store, ada.identity, memory=elsewhere, confirm=asking(asked))
    assert len(asked) == 2
    assert Vault(store, ada.identity, memory=elsewhere).size == 3


def test_a_machine_that_saw_what_the_backup_was_brought_over_goes_on_unasked(ada: Vault, store: MemoryStore) -> None:
    backup, machines = saved(store), [seen(ada.anchor)]
    for _ in range(3):
        update(ada, "binary", "EXAMPLE-later")
        machines.append(seen(ada.anchor))
    over(store, ada, backup)
    again = reopened(store, ada)
    update(again, "binary", "EXAMPLE-after")
    over(store, again, backup)  # and once more
    for memory in machines:
        assert Vault(store, ada.identity, memory=memory).size == 3


def test_who_came_since_stays(ada: Vault, store: MemoryStore) -> None:
    backup = saved(store)
    job = join(ada, store, "ci", GUEST)
    share(ada, "binary", job)
    over(store, ada, backup)
    back = reopened(store, ada)
    assert [member.full_name for member in back.members] == ["Ada Example", "ci"]
    job = Vault(store, job.identity)
    assert job.credentials() == []
    share(back, "binary", job)
    assert [one.name for one in job.credentials()] == ["binary"]


@pytest.mark.parametrize("how", ["left", "unshared", "became a reader"])
def test_case_80_who_lost_access_since_does_not_get_it_back(ada: Vault, store: MemoryStore, how: str) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "binary", bob)
    backup, bobs_id = saved(store), bob.state.me.id
    if how == "left":
        ada.edit(lambda edit: edit.dismiss(bobs_id))
    elif how == "unshared":
        ada.edit(lambda edit: edit.unshare(edit.find("binary"), [bobs_id]))
    else:
        ada.edit(lambda edit: edit.change_role(bobs_id, READER))
    assert over(store, ada, backup).disputed == ()
    back = reopened(store, ada)
    held = [one.full_name for one in back.holders(back.find("binary"))]
    assert held == (["Ada Example", "Bob"] if how == "became a reader" else ["Ada Example"])
    update(back, "binary", "EXAMPLE-next")
    if how == "left":
        with pytest.raises(NotPermitted):
            Vault(store, bob.identity)
        return
    again = Vault(store, bob.identity, confirm=lambda _: True)
    assert again.role == (READER if how == "became a reader" else MEMBER)
    with pytest.raises(NotPermitted):
        update(again, "binary", "EXAMPLE-bobs")
    if how == "unshared":
        with pytest.raises(NotPermitted):
            secret_of(again, "binary")


def test_case_80_keys_that_were_replaced_since_open_nothing(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "binary", bob)
    old, backup = bob.identity, saved(store)
    rekey(bob)
    ada.names()
    over(store, ada, backup)
    with pytest.raises(NotPermitted):
        Vault(store, old)
    back = reopened(store, ada)
    back.edit(lambda edit: edit.complete(edit.find("binary")))
    again = Vault(store, bob.identity, confirm=lambda _: True)
    assert secret_of(again, "binary") == secret_of(back, "binary")


def test_case_93_an_old_list_does_not_come_back_after_a_restore(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "binary", bob)
    with_bob, backup = list_of(ada, "binary"), saved(store)
    ada.edit(lambda edit: edit.unshare(edit.find("binary"), [bob.state.me.id]))
    over(store, ada, backup)
    bobs = Vault(store, bob.identity, confirm=lambda _: True)
    rewrite_overview(bobs, "binary", lambda _: {"access": with_bob})
    with pytest.raises(Disputed):
        update(reopened(store, ada), "binary", "EXAMPLE-next")


def test_what_does_not_verify_comes_back_and_stays_disputed(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    rewrite_overview(bob, "binary", lambda old: {"access": old.access._replace(signer=bob.state.me.id)})
    backup = saved(store)
    remove(ada, "Prod Events")
    done = over(store, ada, backup)
    assert (done.credentials, done.disputed) == (3, ("binary",))
    back = reopened(store, ada)
    assert len(back.names()) == 3
    assert secret_of(back, "Prod Events") == "EXAMPLE-key"
    with pytest.raises(Disputed):
        secret_of(back, "binary")


def test_what_nobody_holds_any_more_is_named(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    add(bob, "bobs")
    backup = saved(store)
    ada.edit(lambda edit: edit.dismiss(bob.state.me.id))
    assert over(store, ada, backup).without_holder == ("bobs",)
    back = reopened(store, ada)
    assert back.holders(back.find("bobs")) == []


@pytest.mark.parametrize("role", [MEMBER, READER])
def test_only_owners_bring_a_backup_back(ada: Vault, store: MemoryStore, role: str) -> None:
    eve = join(ada, store, "Eve", role)
    backup = saved(store)
    before = store.tables.copy()
    with pytest.raises(NotPermitted):
        over(store, eve, backup)
    with pytest.raises(NotPermitted):
        into(MemoryStore(), eve, backup)
    assert store.tables == before


@pytest.mark.parametrize("bring", [over, into])
def test_no_backup_counts_the_vault_to_its_end(ada: Vault, store: MemoryStore, bring: Callable[..., Restored]) -> None:
    backup = saved(store)
    with suppress(RolledBack):  # no honest program goes on with it
        Vault(backup, ada.identity).edit(count_on)
    with pytest.raises(RolledBack, match="more writes than the vault can have had"):
        bring(store if bring is over else MemoryStore(), ada, backup)


def count_on(edit: Edit) -> None:
    edit._copy.generation = 2**47
    edit.remove(edit.find("binary"))


def test_a_backup_of_another_vault_brings_nothing_back(ada: Vault, store: MemoryStore) -> None:
    other = MemoryStore()
    unbound = Vault(store, Identity(ada.identity.seed, bytes(16)))
    open_new(other)
    for bring_back in (over, into):
        with pytest.raises(Replaced):
            bring_back(store, unbound, other)


def test_a_backup_with_a_roster_that_went_another_way_brings_nothing_back(ada: Vault, store: MemoryStore) -> None:
    fork = saved(store)
    join(reopened(fork, ada), fork, "Eve", MEMBER)
    join(ada, store, "Bob", MEMBER)
    before = store.tables.copy()
    for bring_back in (over, into):
        with pytest.raises(RolledBack, match="not a part"):
            bring_back(store, ada, fork)
    assert store.tables == before


def test_a_lost_vault_comes_back_after_the_state_last_seen(ada: Vault, store: MemoryStore) -> None:
    before, backup, new = values_of(ada), saved(store), MemoryStore()
    change(ada)
    into(new, ada, backup)
    back = Vault(new, ada.identity, memory=seen(ada.anchor), confirm=lambda _: True)
    assert back.generation == ada.generation + LEAP
    assert values_of(back) == before
    add(back, "onward")
    assert back.verify().strays == 0
    with pytest.raises(VaultExists):
        into(new, ada, backup)


def test_who_left_after_the_backup_stays_away_by_the_roster_that_this_machine_kept(
    ada: Vault, store: MemoryStore
) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "binary", bob)
    backup, new = saved(store), MemoryStore()
    ada.edit(lambda edit: edit.dismiss(bob.state.me.id))
    into(new, ada, backup)
    back = Vault(new, ada.identity, memory=seen(ada.anchor), confirm=lambda _: True)
    assert [member.full_name for member in back.members] == ["Ada Example"]
    with pytest.raises(NotPermitted):
        Vault(new, bob.identity)


def test_what_was_entered_for_a_credential_comes_back_with_it(ada: Vault, store: MemoryStore) -> None:
    entered = Policy(rotate_every_days=90, exposures=(Exposure(1, "leaked", NOW),))
    ada.set_policy(ada.find("binary"), lambda _: entered)
    backup = saved(store)
    ada.set_policy(ada.find("binary"), lambda _: NO_POLICY)
    over(store, ada, backup)
    back = reopened(store, ada)
    assert back.policy(back.find("binary")) == entered
    back.set_policy(back.find("binary"), lambda policy: policy._replace(rotate_every_days=30))
    assert not back.verify().faults


@pytest.mark.parametrize("policy", [NO_POLICY, Policy(rotate_every_days=90)])
def test_who_knows_it_since_the_backup_is_denied_by_nobody_who_puts_the_policy_of_the_backup_back(
    ada: Vault, store: MemoryStore, policy: Policy
) -> None:
    bob, mal = join(ada, store, "Bob", MEMBER), join(ada, store, "Mal", MEMBER)
    share(ada, "binary", bob)
    ada.set_policy(ada.find("binary"), lambda _: policy)
    backup, parts = saved(store), overview_of(mal, "binary").parts
    ada.edit(lambda edit: edit.unshare(edit.find("binary"), [bob.state.me.id]))
    over(store, ada, backup)
    back = Vault(store, Identity(ada.identity.seed, ada.vault_id), confirm=lambda _: True)
    assert [one.name for one in back.policy(back.find("binary")).exposed] == ["Bob"]
    rewrite_overview(Vault(store, mal.identity), "binary", lambda _: {"parts": parts})
    new = Vault(store, Identity(ada.identity.seed, ada.vault_id), confirm=lambda _: True)
    with pytest.raises(Disputed):
        new.policy(new.find("binary"))


def test_a_record_that_somebody_filled_up_to_the_end_comes_back_all_the_same(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "binary", bob)
    rest = MAX_PLAINTEXT_BYTES - len(write_overview(overview_of(bob, "binary")))
    rewrite_overview(bob, "binary", lambda old: {"description": old.description + "x" * (rest - 8)})
    backup = saved(store)
    ada.edit(lambda edit: edit.dismiss(bob.state.me.id))
    assert over(store, ada, backup).unnoted == ("binary",)
    back = reopened(store, ada)
    assert back.find("binary").description.endswith("x")
    assert not back.verify().faults
