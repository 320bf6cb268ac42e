"""Two or more identities on one vault: who reads, who writes, who leaves."""

import pytest

from nexcred.errors import Conflict, CredentialNotFound, Disputed, NotPermitted, RolledBack, Tampered, UsageError
from nexcred.vault.anchor import Anchor
from nexcred.vault.changes import Changes
from nexcred.vault.ended_lists import EndedLists, with_ended_lists
from nexcred.vault.identity import Identity
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER, Roster, read_roster
from nexcred.vault.roster_entry import sign_entry
from nexcred.vault.roster_records import Ended, Least, write_unshared
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.remembering import Telling, seen
from tests.support.sample_vault import accepted, add, details, draft, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share


def test_a_member_sees_the_overview_and_not_the_details(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    found = bob.find("prod")
    assert (found.public, found.secret_fields, found.owner.full_name) == (
        ada.find("prod").public,
        ("api_key",),
        "Ada Example",
    )
    assert found.access_roles == ("member",)
    with pytest.raises(NotPermitted):
        bob.details(found)
    report = bob.verify()
    assert (report.credentials, report.opened) == (2, 0)


def test_who_was_granted_reads_the_details_and_the_session(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    set_session(ada, "prod", {"token": "EXAMPLE-token"})
    share(ada, "prod", bob)
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    assert bob.session(bob.find("prod")) == {"token": "EXAMPLE-token"}
    with pytest.raises(NotPermitted):
        secret_of(bob, "test")
    assert ada.verify().strays == 0


def test_what_a_member_adds_is_his_alone_until_he_shares_it(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    add(bob, "bobs", "EXAMPLE-bobs")
    with pytest.raises(NotPermitted):
        secret_of(ada, "bobs")
    share(bob, "bobs", ada)
    assert secret_of(ada, "bobs") == "EXAMPLE-bobs"


def test_a_recipient_who_changes_values_seals_them_to_the_same_list(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    update(bob, "prod", "EXAMPLE-rotated")
    assert secret_of(ada, "prod") == "EXAMPLE-rotated"
    assert [revision.by.full_name for revision in ada.history(ada.find("prod"))] == ["Bob", "Ada Example"]


def test_without_a_grant_only_name_description_and_tags_may_change(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    bob.edit(lambda edit: edit.update(edit.find("prod"), Changes(description="used by the nightly load", tags=("eu",))))
    assert ada.find("prod").tags == ("eu",)
    with pytest.raises(NotPermitted):
        update(bob, "prod", "EXAMPLE-mine")
    assert secret_of(ada, "prod") == "EXAMPLE-prod"


def test_only_the_creator_or_an_owner_shares(ada: Vault, store: MemoryStore) -> None:
    bob, eve = join(ada, store, "Bob", MEMBER), join(ada, store, "Eve", MEMBER)
    share(ada, "prod", bob)
    with pytest.raises(NotPermitted):
        share(bob, "prod", eve)
    add(bob, "bobs", "EXAMPLE-bobs")
    share(bob, "bobs", ada)
    share(ada, "bobs", eve)  # an owner who holds it
    assert secret_of(eve, "bobs") == "EXAMPLE-bobs"


def test_unsharing_seals_the_next_values_without_him(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    ada.edit(lambda edit: edit.unshare(edit.find("prod"), [bob.identity.fingerprint]))
    with pytest.raises(NotPermitted):
        secret_of(bob, "prod")
    with pytest.raises(UsageError):
        ada.edit(lambda edit: edit.unshare(edit.find("prod"), [ada.identity.fingerprint]))


def test_who_is_taken_off_by_an_owner_who_holds_nothing_is_refused_at_once(ada: Vault, store: MemoryStore) -> None:
    bob, cyd = join(ada, store, "Bob", MEMBER), join(ada, store, "Cyd", MEMBER)
    add(bob, "bobs", "EXAMPLE-bobs")
    set_session(bob, "bobs", {"token": "EXAMPLE-token"})
    share(bob, "bobs", cyd)
    assert secret_of(cyd, "bobs") == "EXAMPLE-bobs"
    ada.edit(lambda edit: edit.unshare(edit.find("bobs"), [cyd.identity.fingerprint]))
    with pytest.raises(NotPermitted):
        secret_of(cyd, "bobs")
    with pytest.raises(NotPermitted):
        cyd.session(cyd.find("bobs"))
    assert secret_of(bob, "bobs") == "EXAMPLE-bobs"


@pytest.mark.parametrize("role", [READER, GUEST])
def test_readers_and_guests_write_nothing(ada: Vault, store: MemoryStore, role: str) -> None:
    bob = join(ada, store, "Bob", role)
    share(ada, "prod", bob)
    before = store.tables.copy()
    for write in (
        lambda: add(bob, "new"),
        lambda: update(bob, "prod", "EXAMPLE-x"),
        lambda: bob.edit(lambda edit: edit.record_probe(edit.find("prod"), accepted())),
        lambda: bob.edit(lambda edit: edit.remove(edit.find("prod"))),
        lambda: bob.edit(lambda edit: edit.admit(Identity.generate().public, "Eve", OWNER)),
    ):
        with pytest.raises(NotPermitted):
            write()
    assert store.tables == before
    assert secret_of(bob, "prod") == "EXAMPLE-prod"


def test_a_guest_opens_its_grants_and_nothing_else(ada: Vault, store: MemoryStore) -> None:
    job = join(ada, store, "ci", GUEST)
    share(ada, "prod", job)
    assert [credential.name for credential in job.credentials()] == ["prod"]
    assert secret_of(job, "prod") == "EXAMPLE-prod"
    for name in ("test", "TEST"):
        with pytest.raises(NotPermitted):
            job.find(name)
    with pytest.raises(CredentialNotFound) as missing:
        job.find("tset")
    assert "test" not in missing.value.hint.replace("nexcred", "")
    report = job.verify()
    assert (report.credentials, report.opened) == (2, 1)


def test_a_guest_follows_rotations_and_reads_no_history_from_before_its_grant(ada: Vault, store: MemoryStore) -> None:
    update(ada, "prod", "EXAMPLE-2")
    job = join(ada, store, "ci", GUEST)
    share(ada, "prod", job)
    update(ada, "prod", "EXAMPLE-3")
    assert secret_of(job, "prod") == "EXAMPLE-3"
    assert [revision.version for revision in job.history(job.find("prod"))] == [3, 2]
    assert job.details_at(job.find("prod"), 2).fields["api_key"] == details("EXAMPLE-2").fields["api_key"]


def test_case_19_who_was_removed_reads_no_later_revision(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    stolen = store.tables.copy()
    gone = ada.edit(lambda edit: edit.dismiss(bob.identity.fingerprint))
    assert gone.exposed == ("prod",)
    assert gone.orphaned == ()
    assert ada.epoch == 2
    with pytest.raises(NotPermitted):
        Vault(store, bob.identity)
    assert secret_of(Vault(MemoryStore(stolen), bob.identity), "prod") == "EXAMPLE-prod"  # what was read is known
    update(ada, "prod", "EXAMPLE-after")
    assert secret_of(ada, "prod") == "EXAMPLE-after"
    assert [credential.name for credential in ada.credentials()] == ["prod", "test"]
    assert ada.verify().strays == 0


def test_what_only_he_could_open_is_named_when_he_leaves(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    add(bob, "bobs", "EXAMPLE-bobs")
    add(bob, "ours", "EXAMPLE-ours")
    share(bob, "ours", ada)
    gone = ada.edit(lambda edit: edit.dismiss(bob.identity.fingerprint))
    assert gone.exposed == ("bobs", "ours")
    assert gone.orphaned == ("bobs",)
    assert ada.find("bobs").owner.full_name == "Bob"
    update(ada, "ours", "EXAMPLE-rotated")  # by a list that an owner took over
    assert secret_of(ada, "ours") == "EXAMPLE-rotated"
    ada.verify()


def test_guests_go_on_reading_across_epochs(ada: Vault, store: MemoryStore) -> None:
    job, bob = join(ada, store, "ci", GUEST), join(ada, store, "Bob", MEMBER)
    share(ada, "prod", job)
    told = ada.checkpoint(job.state.me.id)
    before = job.anchor
    ada.edit(lambda edit: edit.dismiss(bob.identity.fingerprint))
    again = Vault(store, job.identity, memory=seen(before), checkpoint=told)
    assert [credential.name for credential in again.credentials()] == ["prod"]
    assert secret_of(again, "prod") == "EXAMPLE-prod"


def test_nobody_removes_himself(ada: Vault, store: MemoryStore) -> None:
    join(ada, store, "Bob", OWNER)
    before = store.tables.copy()
    with pytest.raises(NotPermitted, match="cannot remove yourself"):
        ada.edit(lambda edit: edit.dismiss(ada.identity.fingerprint))
    assert store.tables == before


def test_the_holders_of_a_credential_are_named(ada: Vault, store: MemoryStore) -> None:
    bob, job = join(ada, store, "Bob", MEMBER), join(ada, store, "ci", GUEST)
    share(ada, "prod", bob, job)
    assert [one.full_name for one in ada.holders(ada.find("prod"))] == ["Ada Example", "Bob", "ci"]
    assert [one.full_name for one in job.holders(job.find("prod"))] == ["Ada Example", "Bob", "ci"]
    ada.edit(lambda edit: edit.dismiss(bob.identity.fingerprint))
    rekey(ada)
    assert [one.full_name for one in ada.holders(ada.find("prod"))] == ["Ada Example", "ci"]


def test_the_last_owner_stays(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", OWNER)
    bob.edit(lambda edit: edit.dismiss(ada.identity.fingerprint))
    with pytest.raises(NotPermitted):
        bob.edit(lambda edit: edit.dismiss(bob.identity.fingerprint))


def test_a_member_may_not_change_who_belongs(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    before = store.tables.copy()
    with pytest.raises(NotPermitted):
        bob.edit(lambda edit: edit.admit(Identity.generate().public, "Eve", MEMBER))
    with pytest.raises(NotPermitted):
        bob.edit(lambda edit: edit.dismiss(ada.identity.fingerprint))
    assert store.tables == before


def test_names_and_keys_are_given_once(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    with pytest.raises(Conflict):
        join(ada, store, "BOB", MEMBER)
    with pytest.raises(Conflict):
        ada.edit(lambda edit: edit.admit(bob.identity.public, "Robert", MEMBER))


def test_an_accepted_rollback_is_read_and_never_written(ada: Vault, store: MemoryStore) -> None:
    backup = store.tables.copy()
    update(ada, "prod", "EXAMPLE-2")
    remembered: list[Anchor] = []
    with pytest.raises(RolledBack):
        Vault(MemoryStore(backup), ada.identity, memory=seen(ada.anchor))
    old = Vault(MemoryStore(backup), ada.identity, memory=Telling(remembered.append, ada.anchor), accept_rollback=True)
    assert secret_of(old, "prod") == "EXAMPLE-prod"
    with pytest.raises(RolledBack):
        old.edit(lambda edit: edit.add(draft("new")))
    assert remembered == []


def test_case_15_a_list_from_before_somebody_was_taken_off_is_not_sealed_by(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    old_list = list_of(bob, "prod")
    ada.edit(lambda edit: edit.unshare(edit.find("prod"), [bob.identity.fingerprint]))
    rewrite_overview(bob, "prod", lambda _: {"access": old_list})
    with pytest.raises(Disputed, match="taken off"):
        update(ada, "prod", "EXAMPLE-after")
    with pytest.raises(Disputed, match="taken off"):
        secret_of(ada, "prod")
    (fault,) = ada.verify().faults
    assert "'prod' is disputed" in fault


def test_case_15_a_member_may_not_raise_the_least_version_of_anothers_list(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    access = list_of(bob, "prod")._replace(version=99)
    roster = bob.state.roster
    with pytest.raises(NotPermitted):
        with_ended_lists(roster, bob.identity, [EndedLists(access, ())])
    for named, creator in ((access.record_id, None), (access.salt, access.creator)):
        body = {"op": "unshare", **write_unshared([Ended(named, 99)], (), creator=creator)}
        bobs, adas = (signed_entry(roster, one, body) for one in (bob, ada))
        with pytest.raises(Tampered):
            read_roster((*roster.entries, bobs))
        assert read_roster((*roster.entries, adas)).least_of(access.record_id) == Least(99)


def signed_entry(roster: Roster, vault: Vault, body: dict[str, object]) -> bytes:
    me, identity = vault.state.me, vault.identity
    return sign_entry(identity, me.id, roster.vault_id, roster.length, roster.last_hash, me.public, body)
