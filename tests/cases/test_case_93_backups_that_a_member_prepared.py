"""Case 93: a member who was taken off prepares a copy of an old backup, and an owner brings that back.

Mallory added "his", shared it with Ada, an owner, who took him off and put a value of her own there. His list in the
copy claims the newest version that the copy can have, pins Ada's newest values and carries her sealed record.
"""

from typing import NamedTuple

import pytest

from nexcred.errors import Damaged, NotPermitted
from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant, most_of_each
from nexcred.vault.record import DETAILS
from nexcred.vault.restored_lists import Gain, records_of_now, who_gains
from nexcred.vault.statements import Statement, hash_statement
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.backups import into, over, reopened, saved
from tests.support.forging import list_of, overview_of
from tests.support.lying_member import Kept, id_of, keep_record, put, signed_by
from tests.support.memory_store import MemoryStore
from tests.support.prepared_copies import mallory_and_eve
from tests.support.remembering import seen
from tests.support.sample_vault import update
from tests.support.shared_vault import secret_of, share


class Prepared(NamedTuple):
    """Those of `Played`, and the backup that Mallory writes to."""

    store: MemoryStore
    ada: Vault
    mallory: Vault
    eve: Vault
    backup: MemoryStore


@pytest.fixture
def played() -> Prepared:
    store, ada, mallory, eve = mallory_and_eve()
    for value in ("EXAMPLE-1", "EXAMPLE-2", "EXAMPLE-3"):
        update(ada, "prod", value)
    backup = saved(store)
    ada.edit(lambda edit: edit.unshare(edit.find("his"), [id_of(mallory)]))
    update(ada, "his", "EXAMPLE-new-secret")
    return Prepared(store, ada, mallory, eve, backup)


def prepare(played: Prepared, *holders: Vault) -> None:
    """Write a list of these, and Ada, by Mallory into the copy."""
    newest: Kept = keep_record(played.ada, "his")
    liar = Vault(played.backup, played.mallory.identity)
    overview = newest.overview
    assert overview.statement is not None
    stated: list[Statement] = [
        overview.statement,
        *(part.statement for part in overview.parts if part.statement is not None),
    ]
    pinned = [hash_statement(one, liar.vault_id, overview.record_id) for one in stated]
    access = list_of(liar, "his")
    forged = access._replace(
        version=liar.generation,
        revision=overview.statement.revision,
        pins=(pinned[0], *access.pins[1:-1], *pinned[1:]),  # its policy says that Mallory was taken off
        grants=most_of_each([AccessGrant(TO_MEMBER, id_of(one), WRITE) for one in (played.ada, *holders)]),
    )
    records = [played.store.tables.items[one] for one in overview.records]
    put(liar, overview._replace(access=signed_by(liar, forged), past=()), records=records)
    assert DETAILS in reopened(played.backup, liar).state.prove(overview_of(liar, "his")).pins


def nobody_else_holds_it(played: Prepared) -> None:
    ada = Vault(played.store, played.ada.identity, memory=seen(played.ada.anchor), confirm=lambda _: True)
    try:
        held = {one.full_name for one in ada.holders(ada.find("his"))}
        ada.edit(lambda edit: edit.complete(edit.find("his")))
        update(ada, "his", "EXAMPLE-next")
    except Damaged:  # disputed: it opens for nobody
        held = set()
    assert held <= {"Ada Example"}
    for other in (played.mallory, played.eve):
        later = Vault(played.store, other.identity, confirm=lambda _: True)
        with pytest.raises((NotPermitted, Damaged)):
            secret_of(later, "his")


def test_case_93_the_creator_does_not_come_back_by_a_list_of_his_own(played: Prepared) -> None:
    prepare(played, played.mallory)
    assert over(played.store, played.ada, played.backup).disputed == ()
    nobody_else_holds_it(played)
    assert secret_of(reopened(played.store, played.ada), "his") == "EXAMPLE-next"


def test_case_93_nor_by_one_that_names_him_alone(played: Prepared) -> None:
    played.ada.edit(lambda edit: edit.share(edit.find("his"), [played.eve.identity.fingerprint]))
    played.ada.edit(lambda edit: edit.unshare(edit.find("his"), [id_of(played.eve)]))
    prepare(played, played.mallory, played.eve)
    over(played.store, played.ada, played.backup)
    nobody_else_holds_it(played)


def test_case_93_nor_does_he_let_in_who_never_held_it(played: Prepared) -> None:
    prepare(played, played.eve)
    over(played.store, played.ada, played.backup)
    nobody_else_holds_it(played)


def test_case_93_a_list_of_his_is_disputed_where_nothing_is_left_of_the_vault(played: Prepared) -> None:
    prepare(played, played.mallory, played.eve)
    empty = MemoryStore()
    assert into(empty, played.ada, played.backup).disputed == ("his",)
    nobody_else_holds_it(played._replace(store=empty))


def test_case_93_who_would_hold_more_is_told(played: Prepared) -> None:
    share(played.ada, "test", played.eve)
    backup = saved(played.store)
    with backup.read() as old, played.store.read() as snapshot:
        then = Vault(backup, played.ada.identity).state
        every = Transaction(then, old).everything().credentials
        now = records_of_now(played.ada.state, snapshot)
        assert who_gains(every, then, now, played.ada.state.roster) == ()
        assert who_gains(every, then, {}, played.ada.state.roster) == (Gain("Eve", ("test",)),)
