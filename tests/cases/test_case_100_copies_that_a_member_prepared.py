"""Case 100: a member prepares a copy of the vault, and an owner adopts it.

Mallory may write to a copy as he may to the vault, and has every state of it that ever was. What he gets into the
vault by a copy is what he might have written there himself.
"""

from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import pytest

from nexcred.errors import Damaged, Disputed, NexcredError, NotPermitted, RolledBack, Tampered
from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant, most_of_each
from nexcred.vault.adopting import adopt
from nexcred.vault.belief import Belief
from nexcred.vault.branches import Branch, part
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.parted_records import Compared, compare, stated_of
from nexcred.vault.primitives import COUNT_LIMIT
from nexcred.vault.record import open_as
from nexcred.vault.restoring import LEAP, restore
from nexcred.vault.roster import MEMBER
from nexcred.vault.roster_replay import RESTORED
from nexcred.vault.statements import hash_statement
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, overview_of, write_as_no_honest_program
from tests.support.lying_member import (
    exchange_names,
    id_of,
    keep,
    publish_entry,
    put,
    put_back,
    signed_by,
    throw_away,
    with_forged_details,
    with_holders,
)
from tests.support.memory_store import MemoryStore
from tests.support.remembering import seen
from tests.support.sample_vault import NOW, add, remove, update
from tests.support.shared_vault import adas_vault, join, rekey, secret_of, share


class Played(NamedTuple):
    store: MemoryStore
    ada: Vault
    mallory: Vault
    eve: Vault


@pytest.fixture
def played() -> Played:
    store = MemoryStore()
    ada = adas_vault(store)
    mallory, eve = join(ada, store, "Mallory", MEMBER), join(ada, store, "Eve", MEMBER)
    add(mallory, "his", "EXAMPLE-of-mallory")
    share(mallory, "his", ada)
    share(ada, "prod", eve)
    update(ada, "prod", "EXAMPLE-2")
    return Played(store, ada, mallory, eve)


def parted(played: Played) -> MemoryStore:
    """Return a copy of the vault, which is written to after that."""
    copy = MemoryStore(played.store.tables.copy())
    add(at(played.store, played.ada, 1), "here")
    return copy


def at(store: MemoryStore, vault: Vault, minutes: int) -> Vault:
    """Open a copy as somebody, so many minutes later, on a machine that remembers nothing."""
    return Vault(
        store,
        Identity(vault.identity.seed, vault.vault_id),
        now=lambda: NOW + timedelta(minutes=minutes),
        confirm=lambda _: True,
    )


def adopted(played: Played, copy: MemoryStore, *, base: str = "here") -> dict[str, str]:
    """Let Ada adopt a copy, and return what became of what differs."""
    return {one.name: one.fate for one in adopt_it(played, copy, base=base).differences}


def adopt_it(played: Played, copy: MemoryStore, *, base: str = "here") -> Compared:
    ada = played.ada
    with copy.write() as there, played.store.write() as here:
        states = [open_state(one, ada.identity, Belief(ProcessMemory(), accept_rollback=True)) for one in (here, there)]
        both = part(Branch(states[0], here, is_mine=True), Branch(states[1], there, is_mine=False))
        assert (both.base.state is states[0]) == (base == "here")
        compared: Compared = compare(both, ada.remembered, "from the other copy")
        written = played.store if base == "here" else copy
        work = Transaction(both.base.state, both.base.snapshot, now=NOW + timedelta(minutes=9))
        adopt(written, both, compared, work)
    if base != "here":
        played.store.tables = copy.tables
    return compared


def reopened(played: Played, who: Vault) -> Vault:
    memory = seen(played.ada.anchor) if who is played.ada else None
    return Vault(played.store, who.identity, memory=memory, confirm=lambda _: True)


def holders(played: Played, name: str) -> set[str]:
    ada = reopened(played, played.ada)
    return {one.full_name for one in ada.holders(ada.find(name))}


def test_case_100_who_was_removed_does_not_come_back(played: Played) -> None:
    copy = parted(played)
    played.ada.edit(lambda edit: edit.dismiss(id_of(played.eve)))
    liar = at(copy, played.mallory, 1)
    add(liar, "new")
    liar.edit(lambda edit: edit.share(edit.find("new"), [id_of(played.eve)]))
    liar.edit(lambda edit: edit.share(edit.find("his"), [id_of(played.eve)]))
    assert adopted(played, copy) == {"his": "kept", "new": "added"}
    assert {one.full_name for one in reopened(played, played.ada).members} == {"Ada Example", "Mallory"}
    assert [holders(played, name) for name in ("prod", "his", "new")] == [
        {"Ada Example"},
        {"Ada Example", "Mallory"},
        {"Mallory"},
    ]
    with pytest.raises((NotPermitted, Damaged)):
        reopened(played, played.eve)


def test_case_100_what_was_sealed_to_her_in_a_copy_is_not_hers_here_and_is_said_to_be_known(played: Played) -> None:
    copy = parted(played)
    played.ada.edit(lambda edit: edit.dismiss(id_of(played.eve)))
    update(at(copy, played.ada, 1), "prod", "EXAMPLE-3")
    compared = adopt_it(played, copy)
    assert [one.why for one in compared.differences] == ["Eve may know them, as they held it there"]
    assert secret_of(reopened(played, played.ada), "prod") == "EXAMPLE-3"
    details = overview_of(reopened(played, played.ada), "prod").details
    with pytest.raises(NotPermitted):
        open_as(played.store.tables.items[details], played.eve.identity, None)


def test_case_100_what_is_brought_is_sealed_to_who_holds_it_here(played: Played) -> None:
    copy = parted(played)
    update(at(copy, played.ada, 1), "test", "EXAMPLE-3")
    share(played.ada, "test", played.eve)
    assert adopted(played, copy) == {"test": "newer"}
    assert secret_of(reopened(played, played.eve), "test") == "EXAMPLE-3"


def test_case_100_what_she_wrote_into_a_copy_does_not_either(played: Played) -> None:
    copy = parted(played)
    played.ada.edit(lambda edit: edit.dismiss(id_of(played.eve)))
    eve = at(copy, played.eve, 1)
    add(eve, "hers")
    eve.edit(lambda edit: edit.share(edit.find("hers"), [id_of(played.ada)]))
    update(eve, "prod", "EXAMPLE-of-eve")
    assert adopted(played, copy) == {"hers": "left_out", "prod": "left_out"}
    assert secret_of(reopened(played, played.ada), "prod") == "EXAMPLE-2"
    assert not reopened(played, played.ada).has("hers")


def test_case_100_no_list_is_widened(played: Played) -> None:
    share(played.ada, "test", played.mallory)
    copy = parted(played)
    liar = at(copy, played.mallory, 1)
    for name, forged in (
        ("prod", signed_by(liar, with_holders(overview_of(liar, "prod"), {id_of(liar): WRITE}))),
        ("test", signed_by(liar, with_holders(overview_of(liar, "test"), {id_of(played.eve): WRITE}))),
    ):
        put(liar, overview_of(liar, name)._replace(access=forged))
    update(liar, "his", "EXAMPLE-3")
    liar.edit(lambda edit: edit.share(edit.find("his"), [id_of(played.eve)]))
    fates = adopted(played, copy)
    assert fates["his"] == "newer"
    assert [holders(played, name) for name in ("prod", "test", "his")] == [
        {"Ada Example", "Eve"},
        {"Ada Example", "Mallory"},
        {"Ada Example", "Mallory"},
    ]
    assert secret_of(reopened(played, played.ada), "prod") == "EXAMPLE-2"


def test_case_100_nobody_writes_by_a_list_from_before_he_was_taken_off(played: Played) -> None:
    share(played.ada, "test", played.mallory)
    copy = parted(played)
    played.ada.edit(lambda edit: edit.unshare(edit.find("test"), [id_of(played.mallory)]))
    liar = at(copy, played.mallory, 1)
    update(liar, "test", "EXAMPLE-of-mallory")
    assert secret_of(at(copy, played.ada, 2), "test") == "EXAMPLE-of-mallory"
    assert adopted(played, copy) == {"test": "left_out"}
    ada = reopened(played, played.ada)
    assert secret_of(ada, "test") == "EXAMPLE-test"
    assert sorted(ada.names()) == ["here", "his", "prod", "test"]
    update(ada, "test", "EXAMPLE-next")
    with pytest.raises((NotPermitted, Damaged)):
        secret_of(reopened(played, played.mallory), "test")


def test_case_100_no_record_is_put_back(played: Played) -> None:
    former = keep(played.ada, played.store, "prod")
    update(played.ada, "prod", "EXAMPLE-3")
    copy = parted(played)
    liar = at(copy, played.mallory, 1)
    put_back(liar, former)
    assert secret_of(at(copy, played.ada, 2), "prod") == "EXAMPLE-2"
    assert adopted(played, copy) == {}
    assert secret_of(reopened(played, played.ada), "prod") == "EXAMPLE-3"


def test_case_100_nor_in_a_copy_that_knows_of_a_member_more(played: Played) -> None:
    former = keep(played.ada, played.store, "prod")
    update(played.ada, "prod", "EXAMPLE-3")
    copy = parted(played)
    join(at(copy, played.ada, 1), copy, "Cyd", MEMBER)
    liar = at(copy, played.mallory, 2)
    put_back(liar, former)
    assert adopted(played, copy, base="there") == {"here": "added", "prod": "newer"}
    assert secret_of(reopened(played, played.ada), "prod") == "EXAMPLE-3"


def test_case_100_what_was_put_back_in_the_vault_itself_is_not_signed_as_the_newest(played: Played) -> None:
    former = keep(played.ada, played.store, "prod")
    update(played.ada, "prod", "EXAMPLE-3")
    copy = parted(played)
    add(at(copy, played.ada, 1), "there")
    put_back(at(played.store, played.mallory, 2), former)
    with pytest.raises(RolledBack, match="'prod' is older than this machine has seen it"):
        adopted(played, copy)


def old_copy_of_a_member(played: Played) -> MemoryStore:
    """Return a copy from before the last values, with an entry of the roster that he may write, so that it goes on."""
    copy = MemoryStore(played.store.tables.copy())
    rekey(at(copy, played.mallory, 1))
    update(played.ada, "prod", "EXAMPLE-3")
    return copy


def test_case_100_what_was_put_back_in_both_is_not_signed_as_the_newest(played: Played) -> None:
    former = keep(played.ada, played.store, "prod")
    copy = old_copy_of_a_member(played)
    put_back(at(played.store, played.mallory, 2), former)
    with pytest.raises(RolledBack, match="'prod' is older than this machine has seen it"):
        adopted(played, copy, base="there")


def test_case_100_nor_what_was_spoilt_in_the_vault_itself(played: Played) -> None:
    copy = old_copy_of_a_member(played)
    liar = at(played.store, played.mallory, 2)
    access = list_of(liar, "prod")
    put(liar, overview_of(liar, "prod")._replace(access=access._replace(signature=bytes(64))))
    with pytest.raises(RolledBack, match="'prod' is older than this machine has seen it"):
        adopted(played, copy, base="there")


def test_case_100_nor_what_was_thrown_away_in_the_vault_itself(played: Played) -> None:
    copy = old_copy_of_a_member(played)
    throw_away(at(played.store, played.mallory, 2), "prod", NOW)
    with pytest.raises(RolledBack, match="'prod' is older than this machine has seen it"):
        adopted(played, copy, base="there")


def test_case_100_nor_what_was_so_long_ago_that_no_history_tells_which_is_newer(played: Played) -> None:
    copy = old_copy_of_a_member(played)
    for number in range(4, 16):
        update(played.ada, "prod", f"EXAMPLE-{number}")
    with pytest.raises(RolledBack, match="'prod' is older than this machine has seen it"):
        adopted(played, copy, base="there")


def test_case_100_values_that_both_changed_are_copied_however_often_one_of_them_did(played: Played) -> None:
    copy = MemoryStore(played.store.tables.copy())
    join(at(copy, played.ada, 1), copy, "Cyd", MEMBER)
    update(at(copy, played.eve, 2), "prod", "EXAMPLE-of-eve")
    for number in range(3, 6):
        update(played.ada, "prod", f"EXAMPLE-{number}")
    assert adopted(played, copy, base="there") == {"prod": "copied"}
    ada = reopened(played, played.ada)
    assert secret_of(ada, "prod") == "EXAMPLE-of-eve"
    assert secret_of(ada, "prod (from the other copy)") == "EXAMPLE-5"


def test_case_100_what_was_removed_does_not_return(played: Played) -> None:
    copy = parted(played)
    remove(played.ada, "test")
    add(at(copy, played.mallory, 1), "new")
    assert adopted(played, copy) == {"new": "added", "test": "left_out"}
    assert not reopened(played, played.ada).has("test")


def test_case_100_names_are_not_exchanged(played: Played) -> None:
    copy = parted(played)
    exchange_names(at(copy, played.mallory, 1), "prod", "test")
    assert adopted(played, copy) == {}
    assert secret_of(reopened(played, played.ada), "prod") == "EXAMPLE-2"


def test_case_100_values_are_nobodys_who_may_not_write_them(played: Played) -> None:
    copy = parted(played)
    liar = at(copy, played.mallory, 1)
    forged = Details("aventri", "00" * 32, "api_key", ("evil.example.com",), {"api_key": Secret("EXAMPLE-forged")})
    for by in (None, id_of(played.ada)):
        kept = with_forged_details(liar, overview_of(liar, "test"), forged, [played.ada], by=by)
        put(liar, kept.overview, records=kept.records)
        with pytest.raises(Disputed):
            secret_of(at(copy, played.ada, 2), "test")
    assert adopted(played, copy) == {"test": "left_out"}
    assert secret_of(reopened(played, played.ada), "test") == "EXAMPLE-test"


def test_case_100_a_pinned_lie_about_the_author_is_left_out(played: Played) -> None:
    copy = parted(played)
    liar = at(copy, played.mallory, 1)
    update(liar, "his", "EXAMPLE-3")
    overview = overview_of(liar, "his")
    assert overview.statement is not None
    lie = overview.statement._replace(by=id_of(played.ada), signature=bytes(64))
    pinned = hash_statement(lie, liar.vault_id, overview.record_id)
    access = list_of(liar, "his")
    forged = access._replace(version=access.version + 1, revision=lie.revision, pins=(pinned, *access.pins[1:]))
    put(liar, overview._replace(access=signed_by(liar, forged), statement=lie, changed_by=id_of(played.ada)))
    assert adopted(played, copy) == {"his": "left_out"}


def test_case_100_who_wrote_it_is_told_by_who_signed_it(played: Played) -> None:
    copy = parted(played)
    liar = at(copy, played.mallory, 1)
    update(liar, "his", "EXAMPLE-3")
    put(liar, overview_of(liar, "his")._replace(changed_by=id_of(played.ada), version=9))
    (one,) = adopt_it(played, copy).differences
    assert (one.fate, one.other and stated_of(one.other)) == ("newer", (2, id_of(played.mallory)))


def test_case_100_keys_that_were_replaced_sign_nothing_in_a_copy(played: Played) -> None:
    copy = parted(played)
    thief, of_eve = at(copy, played.mallory, 1), at(copy, played.eve, 2)
    rekey(played.eve)
    rekey(played.mallory)
    update(thief, "his", "EXAMPLE-of-a-thief")
    add(thief, "as mallory")
    thief.edit(lambda edit: edit.share(edit.find("as mallory"), [id_of(played.eve)]))
    update(of_eve, "prod", "EXAMPLE-of-a-thief")
    assert adopted(played, copy) == {"as mallory": "left_out", "his": "left_out", "prod": "left_out"}


def test_case_100_nor_do_they_say_who_holds_what_somebody_else_wrote(played: Played) -> None:
    copy = parted(played)
    thief = at(copy, played.mallory, 1)
    rekey(played.mallory)
    add(thief, "as mallory")
    thief.edit(lambda edit: edit.share(edit.find("as mallory"), [id_of(played.eve)]))
    update(at(copy, played.eve, 2), "as mallory", "EXAMPLE-of-eve")
    assert adopted(played, copy) == {"as mallory": "left_out"}


def test_case_100_an_entry_of_the_roster_that_is_no_owners_is_refused(played: Played) -> None:
    copy = parted(played)
    liar = at(copy, played.mallory, 1)
    body = {"op": RESTORED, "generation": 99_999, "head": played.ada.state.head.hash.hex(), "over": liar.generation}
    publish_entry(liar, liar.identity.public, body)
    with pytest.raises(Tampered):
        adopted(played, copy)


def test_case_100_members_that_both_copies_changed_are_not_brought_together(played: Played) -> None:
    copy = parted(played)
    played.ada.edit(lambda edit: edit.dismiss(id_of(played.eve)))
    join(at(copy, played.ada, 1), copy, "Cyd", MEMBER)
    with pytest.raises(RolledBack, match="each in its own way: here somebody left; in the file somebody joined"):
        adopted(played, copy)


def test_case_100_no_copy_counts_the_vault_to_its_end(played: Played) -> None:
    """After a backup was brought back, what it was brought over stands in the roster of every copy, whatever its past.

    So a copy may leave out its own past.
    """
    bring_back(played)
    copy = MemoryStore(played.store.tables.copy())
    liar = at(copy, played.mallory, 1)
    new, own = Identity.generate().bind(liar.vault_id, liar.floor), liar.memory.signed(liar.vault_id)
    with suppress(RolledBack):  # his own program does not go on with it
        write_as_no_honest_program(liar, lambda work: count_on(work, Edit(work, NOW).rekey(new, own)))
    add(played.ada, "later")
    with pytest.raises(RolledBack, match="more writes than the vault can have had"):
        adopted(played, copy, base="there")


def count_on(work: Transaction, _: object) -> None:
    work.generation = COUNT_LIMIT - LEAP - 8


def bring_back(played: Played) -> None:
    """Let Ada bring a backup back, of now."""
    backup, ada = MemoryStore(played.store.tables.copy()), played.ada
    add(ada, "since the backup")
    with backup.read() as there, played.store.write() as here:
        states = [open_state(one, ada.identity, Belief(ProcessMemory(), accept_rollback=True)) for one in (here, there)]
        restore(
            played.store,
            states[0],
            here,
            states[1],
            there,
            roster=states[0].roster,
            seen_generation=states[0].generation,
            now=NOW + timedelta(minutes=1),
        )


def test_case_100_who_is_no_owner_signs_nothing(played: Played) -> None:
    copy = parted(played)
    add(at(copy, played.ada, 1), "new")
    with pytest.raises(NotPermitted, match="only an owner"):
        adopted(played._replace(ada=played.mallory), copy)


def test_case_100_the_result_is_what_every_member_proves(played: Played) -> None:
    copy = parted(played)
    update(at(copy, played.eve, 1), "prod", "EXAMPLE-of-eve")
    update(at(copy, played.ada, 2), "test", "EXAMPLE-of-ada")
    assert adopted(played, copy) == {"prod": "newer", "test": "newer"}
    for who in (played.ada, played.mallory, played.eve):
        assert reopened(played, who).verify().faults == ()
    assert secret_of(reopened(played, played.eve), "prod") == "EXAMPLE-of-eve"
    proved = reopened(played, played.ada).proved(reopened(played, played.ada).find("prod"))
    assert proved is not None
    assert proved.author == id_of(played.eve)
    with pytest.raises(NexcredError):
        secret_of(reopened(played, played.mallory), "prod")
    assert most_of_each([AccessGrant(TO_MEMBER, id_of(played.eve), WRITE)])[0] in list_of(played.ada, "prod").grants
