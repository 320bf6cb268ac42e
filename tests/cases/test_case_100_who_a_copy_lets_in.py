"""Case 100: a member prepares a copy of the vault, and an owner adopts it: who belongs to it, and holds what.

Mallory may write to a copy as he may to the vault, and has every state of it that ever was. Whom he lets in by a copy
is whom he might have let in there himself.
"""

from contextlib import suppress

import pytest

from nexcred.errors import Damaged, NexcredError, NotPermitted, RolledBack, Tampered
from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant, most_of_each
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import COUNT_LIMIT
from nexcred.vault.record import open_as
from nexcred.vault.restoring import LEAP
from nexcred.vault.roster import MEMBER
from nexcred.vault.roster_replay import RESTORED
from nexcred.vault.transaction import Transaction
from tests.support.backups import over, saved
from tests.support.forging import list_of, overview_of, write_as_no_honest_program
from tests.support.lying_member import (
    id_of,
    publish_entry,
    put,
    signed_by,
    with_holders,
)
from tests.support.memory_store import MemoryStore
from tests.support.prepared_copies import Played, adopt_it, adopted, at, holders, parted, played, reopened
from tests.support.sample_vault import NOW, add, update
from tests.support.shared_vault import join, rekey, secret_of, share

__all__ = ["played"]


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
    ada = reopened(played, played.ada)
    assert secret_of(ada, "prod") == "EXAMPLE-3"
    exposed = {(one.revision, one.name, one.why) for one in ada.policy(ada.find("prod")).exposed}
    assert exposed == {(2, "Eve", "left"), (3, "Eve", "left")}
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
    backup = saved(played.store)
    add(played.ada, "since the backup")
    over(played.store, played.ada, backup)
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
