"""Case 94, as far as vaults are local: tokens are a part with a statement and a serial, which machines count on.

The lease by which two machines take turns at one rotating token comes with the stores that several machines reach; on
one machine a lock does it, which case 51 asks of eight processes.
"""

import pytest

from nexcred.errors import ChangedMeanwhile, NotPermitted, RolledBack
from nexcred.vault.access_list import READ
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.record import SESSION
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.statements import PartStatement
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of
from tests.support.lying_member import RacedStore, keep_record, put_back
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, describe, set_session, update
from tests.support.shared_vault import join, rekey, share


@pytest.fixture
def bob(ada: Vault, store: MemoryStore) -> Vault:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    return bob


def token(number: int) -> dict[str, object]:
    return {"access_token": f"EXAMPLE-{number}", "refresh_token": f"EXAMPLE-next-{number}"}


def renew(vault: Vault, number: int) -> None:
    """Keep what a renewal brought, as `nexcred token` does."""
    credential = vault.find("prod")
    vault.edit(lambda edit: edit.keep_session(credential, token(number)))


def statement_of(vault: Vault) -> PartStatement:
    return vault.state.prove(overview_of(vault, "prod")).parts[SESSION]


def test_case_94_each_renewal_is_the_next_serial_whoever_makes_it(ada: Vault, bob: Vault, store: MemoryStore) -> None:
    desk = Vault(store, ada.identity, memory=ProcessMemory(), now=lambda: NOW)
    for serial, machine in enumerate((ada, bob, desk, ada, bob), start=1):
        renew(machine, serial)
        stated = statement_of(ada)
        assert (stated.serial, stated.by) == (serial, machine.state.me.id)
        assert stated.details == ada.state.prove(overview_of(ada, "prod")).statement.digest
        for reader in (ada, bob, desk):
            assert reader.session(reader.find("prod")) == token(serial)


def test_case_94_a_renewal_that_was_outrun_counts_on_and_nothing_is_taken_for_a_rollback(
    ada: Vault, bob: Vault, store: MemoryStore
) -> None:
    renew(ada, 1)
    slow = Vault(RacedStore(store.tables, before_commit=lambda: renew(bob, 2)), ada.identity, memory=ada.memory)
    renew(slow, 3)
    assert statement_of(ada).serial == 3
    for reader in (ada, bob, slow):
        assert reader.session(reader.find("prod")) == token(3)


@pytest.mark.parametrize("when", ["before_writing", "before_commit"])
def test_case_94_tokens_for_values_that_changed_meanwhile_are_not_kept(
    ada: Vault, bob: Vault, store: MemoryStore, when: str
) -> None:
    renew(ada, 1)
    outrun = RacedStore(store.tables, **{when: lambda: update(bob, "prod", "EXAMPLE-next")})
    with pytest.raises(ChangedMeanwhile):
        renew(Vault(outrun, ada.identity, memory=ada.memory), 2)
    assert ada.session(ada.find("prod")) is None, "they ended when the values changed"
    renew(ada, 3)
    assert statement_of(ada).serial == 3


def test_case_94_nor_do_tokens_that_ended_come_back(ada: Vault, bob: Vault) -> None:
    renew(ada, 1)
    old = keep_record(ada, "prod")
    ended = statement_of(ada).serial
    set_session(ada, "prod", None)
    assert statement_of(ada).serial == ended + 1
    put_back(bob, old)
    with pytest.raises(RolledBack):
        ada.session(ada.find("prod"))


def test_case_94_tokens_stay_when_it_is_shared_renamed_or_new_keys_are_made(
    ada: Vault, bob: Vault, store: MemoryStore
) -> None:
    renew(bob, 1)
    carol = join(ada, store, "Carol", MEMBER)
    share(ada, "prod", carol)
    rekey(bob)
    rekey(ada)
    describe(ada, "prod", "and described")
    for reader in (ada, bob, carol):
        assert reader.session(reader.find("prod")) == token(1)
    assert statement_of(ada).serial == 1
    renew(carol, 2)
    assert bob.session(bob.find("prod")) == token(2)


@pytest.mark.parametrize("role", [READER, GUEST, MEMBER])
def test_case_94_who_may_only_read_renews_nothing(ada: Vault, store: MemoryStore, role: str) -> None:
    renew(ada, 1)
    who = join(ada, store, "Rea", role)
    ada.edit(lambda edit: edit.share(edit.find("prod"), [who.state.me.id], may=READ))
    who._checkpoint = ada.checkpoint(who.state.me.id)
    assert who.session(who.find("prod")) == token(1)
    before = store.tables.copy()
    with pytest.raises(NotPermitted):
        renew(who, 2)
    assert store.tables == before
