"""New keys for oneself: the old ones open nothing that is written from then on, and nothing is lost."""

import pytest

from nexcred.errors import Disputed, NameMoved, NotPermitted, RolledBack, Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.record import DETAILS, OVERVIEW, SESSION, open_as, overview_key, read_header
from nexcred.vault.rekeying import Rekeyed
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.known_key import open_with
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, details, remove, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share


def test_new_keys_shut_out_the_old_ones_and_lose_nothing(ada: Vault, store: MemoryStore) -> None:
    old = ada.identity
    update(ada, "prod", "EXAMPLE-2")
    update(ada, "prod", "EXAMPLE-3")
    set_session(ada, "prod", {"token": "EXAMPLE-token"})
    done = rekey(ada)
    assert done == Rekeyed(2, ())
    assert ada.identity.fingerprint != old.fingerprint
    with pytest.raises(NotPermitted):
        Vault(store, old)
    prod = ada.find("prod")
    assert prod.access_roles == ("owner",)
    assert prod.owner.full_name == "Ada Example"
    assert [ada.details_at(prod, version).fields["api_key"] for version in (1, 2, 3)] == [
        details(text).fields["api_key"] for text in ("EXAMPLE-prod", "EXAMPLE-2", "EXAMPLE-3")
    ]
    assert ada.session(prod) == {"token": "EXAMPLE-token"}
    report = ada.verify()
    assert (report.opened, report.past_revisions, report.strays) == (2, 2, 0)
    update(ada, "prod", "EXAMPLE-4")
    ada.edit(lambda edit: edit.share(edit.find("prod"), []))
    assert secret_of(Vault(store, ada.identity), "prod") == "EXAMPLE-4"


def test_new_keys_open_nothing_with_the_old_ones_in_the_new_file(ada: Vault, store: MemoryStore) -> None:
    update(ada, "prod", "EXAMPLE-2")
    set_session(ada, "prod", {"token": "EXAMPLE-token"})
    old = ada.state
    rekey(ada)
    parts = [read_header(record).part for record in store.tables.items.values()]
    assert sorted(parts) == [OVERVIEW, OVERVIEW, OVERVIEW, DETAILS, DETAILS, DETAILS, SESSION]
    for record in store.tables.items.values():
        header = read_header(record)
        with pytest.raises(Tampered):
            open_with(record, overview_key(old.vault_key, header.fixed))
        for hint_key in (None, old.keys.hint, ada.state.keys.hint):
            with pytest.raises(NotPermitted):
                open_as(record, old.identity, hint_key)
        if header.part == OVERVIEW:
            assert header.epoch == 2


def test_a_member_rekeys_himself_and_leaves_to_others_what_is_theirs(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    add(bob, "bobs", "EXAMPLE-bobs")
    share(ada, "prod", bob)
    done = rekey(bob)
    assert done == Rekeyed(2, ("test",))
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    assert secret_of(bob, "bobs") == "EXAMPLE-bobs"
    assert secret_of(ada, "test") == "EXAMPLE-test"
    share(bob, "bobs", ada)
    assert secret_of(ada, "bobs") == "EXAMPLE-bobs"
    assert ada.find("bobs").owner.full_name == "Bob"
    assert ada.verify().faults == ()


@pytest.mark.parametrize("role", [READER, GUEST])
def test_readers_and_guests_get_theirs_from_an_owner(ada: Vault, store: MemoryStore, role: str) -> None:
    bob = join(ada, store, "Bob", role)
    with pytest.raises(NotPermitted):
        rekey(bob)


def test_what_this_machine_did_not_sign_is_named_and_not_signed_anew(ada: Vault, store: MemoryStore) -> None:
    """A thief of the old keys may have signed it."""
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    thief = Vault(store, ada.identity, now=lambda: NOW)
    update(thief, "prod", "EXAMPLE-of-the-thief")
    thief.edit(lambda edit: edit.share(edit.find("test"), [bob.state.me.id]))
    found = ada.signed_elsewhere()
    assert sorted((one.overview.name, one.what) for one in found) == [("prod", "its values"), ("test", "who holds it")]
    assert rekey(ada).disputed == ("prod", "test")
    for vault in (ada, bob):
        for name in ("prod", "test"):
            with pytest.raises(Disputed, match="not signed by Ada"):
                secret_of(vault, name)


def test_what_was_confirmed_is_signed_anew(ada: Vault, store: MemoryStore) -> None:
    other = Vault(store, ada.identity, now=lambda: NOW)  # her other machine
    add(other, "other", "EXAMPLE-other")
    set_session(other, "prod", {"token": "EXAMPLE-other"})
    found = ada.signed_elsewhere()
    assert sorted((one.overview.name, one.what) for one in found) == [
        ("other", "its values"),
        ("other", "who holds it"),
        ("prod", "another part of it"),
    ]
    own = ada.memory.signed(ada.vault_id) | {one.hash for one in found}
    new = Identity.generate().bind(ada.vault_id, ada.floor)
    done = ada.edit(lambda edit: edit.rekey(new, own))
    assert done == Rekeyed(3, ())
    assert ada.verify().faults == ()
    assert secret_of(ada, "other") == "EXAMPLE-other"
    assert ada.session(ada.find("prod")) == {"token": "EXAMPLE-other"}


def test_a_machine_that_remembers_nothing_signs_nothing_anew(ada: Vault, store: MemoryStore) -> None:
    bare = Vault(store, ada.identity, memory=ProcessMemory())
    assert rekey(bare).disputed == ("prod", "test")


def test_case_65_forgeries_of_before_the_new_keys_stay_disputed(ada: Vault, store: MemoryStore) -> None:
    """Eve has Ada's old seed, and signs a list and values after she was shut out."""
    bob, eve = join(ada, store, "Bob", MEMBER), join(ada, store, "Eve", MEMBER)
    share(ada, "prod", bob)
    stolen = ada.identity
    rekey(ada)
    eve.names()

    def forged(old: object) -> dict[str, object]:
        access = overview_of(eve, "prod").access
        unsigned = access._replace(version=access.version + 1, signature=b"")
        return {"access": unsigned._replace(signature=stolen.signing.sign(unsigned.message(ada.vault_id)))}

    rewrite_overview(eve, "prod", forged)
    for vault in (ada, bob):
        with pytest.raises(Disputed, match="not signed by Ada"):
            secret_of(vault, "prod")


def test_what_a_list_pins_stands_without_its_authors_signature(ada: Vault, store: MemoryStore) -> None:
    """Only what rests on the old keys alone must be known to be one's own."""
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    update(bob, "prod", "EXAMPLE-of-bob")
    share(ada, "prod", bob)  # pins what Bob wrote
    bare = Vault(store, bob.identity, memory=ProcessMemory(), now=lambda: NOW)
    assert bare.signed_elsewhere() == []
    assert rekey(bare).disputed == ()
    for vault in (ada, bare):
        assert secret_of(vault, "prod") == "EXAMPLE-of-bob"


def test_guests_and_members_go_on_reading_what_somebody_elses_new_keys_left(ada: Vault, store: MemoryStore) -> None:
    bob, job = join(ada, store, "Bob", MEMBER), join(ada, store, "ci", GUEST)
    share(ada, "prod", bob, job)
    assert secret_of(job, "prod") == "EXAMPLE-prod"
    rekey(ada)
    rekey(bob)
    for vault in (ada, bob, job):
        assert secret_of(vault, "prod") == "EXAMPLE-prod"
    assert [one.name for one in job.credentials()] == ["prod"]
    update(bob, "prod", "EXAMPLE-next")
    for vault in (ada, bob, job):
        assert secret_of(vault, "prod") == "EXAMPLE-next"


def test_what_this_machine_remembers_goes_along(ada: Vault, store: MemoryStore) -> None:
    """Pins lie under keys of the seed: new keys must not make it a first use."""
    bob, eve = join(ada, store, "Bob", MEMBER), join(ada, store, "Eve", MEMBER)
    share(ada, "prod", bob)
    old, records = overview_of(eve, "prod"), dict(store.tables.items)
    update(ada, "prod", "EXAMPLE-newer")
    assert secret_of(bob, "prod") == "EXAMPLE-newer"
    rekey(bob)
    rewrite_overview(eve, "prod", lambda _: old._asdict())
    store.tables.items.update(records)
    with pytest.raises(RolledBack):
        secret_of(bob, "prod")


def test_new_keys_say_nothing_of_names_that_lead_elsewhere_by_now(ada: Vault, store: MemoryStore) -> None:
    bob, eve = join(ada, store, "Bob", MEMBER), join(ada, store, "Eve", MEMBER)
    share(ada, "prod", bob)
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    remove(eve, "prod")
    add(eve, "prod", "EXAMPLE-of-eve")
    share(eve, "prod", bob)
    rekey(bob)
    share(eve, "prod", bob)
    with pytest.raises(NameMoved):
        secret_of(bob, "prod")


def test_who_had_the_old_keys_replaces_them_once_more(ada: Vault, store: MemoryStore) -> None:
    for _ in range(3):
        rekey(ada)
        assert secret_of(ada, "prod") == "EXAMPLE-prod"
    assert ada.epoch == 4
    update(ada, "prod", "EXAMPLE-next")
    assert ada.verify().faults == ()


@pytest.mark.parametrize("shown", [(), ("harmless.example.com:443",)])
def test_case_65_what_an_overview_only_claims_is_not_asked_about(
    ada: Vault, store: MemoryStore, shown: tuple[str, ...]
) -> None:
    """Eve hides to which hosts the thief's values are sent: what was said yes to would be signed anew."""
    eve = join(ada, store, "Eve", MEMBER)
    thief = Vault(store, ada.identity, now=lambda: NOW)
    update(thief, "prod", "EXAMPLE-of-the-thief")
    (signed,) = ada.signed_elsewhere()
    assert signed.details is not None
    assert signed.details.allowed_hosts == ("api.example.com:8443",)
    rewrite_overview(eve, "prod", lambda _: {"allowed_hosts": shown})
    assert ada.signed_elsewhere() == []
    assert rekey(ada).disputed == ("prod",)


def test_case_65_of_what_is_not_shared_with_oneself_no_values_are_shown(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    other = Vault(store, ada.identity, now=lambda: NOW)  # her other machine
    share(other, "prod", bob)
    other.edit(lambda edit: edit.unshare(edit.find("prod"), [other.state.me.id]))
    assert {one.details for one in ada.signed_elsewhere()} == {None}
