"""Case 100: a member prepares a copy of the vault, and an owner adopts it: which values, under which names.

Mallory may write to a copy as he may to the vault, and has every state of it that ever was. What he gets into the
vault by a copy is what he might have written there himself.
"""

import pytest

from nexcred.errors import Disputed, RolledBack
from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.vault.parted_records import stated_of
from nexcred.vault.roster import MEMBER
from nexcred.vault.statements import hash_statement
from tests.support.forging import list_of, overview_of
from tests.support.lying_member import (
    exchange_names,
    id_of,
    keep_record,
    put,
    put_back,
    signed_by,
    throw_away,
    with_forged_details,
)
from tests.support.memory_store import MemoryStore
from tests.support.prepared_copies import Played, adopt_it, adopted, at, parted, played, reopened
from tests.support.sample_vault import NOW, add, remove, update
from tests.support.shared_vault import join, rekey, secret_of

__all__ = ["played"]


def test_case_100_no_record_is_put_back(played: Played) -> None:
    former = keep_record(played.ada, "prod")
    update(played.ada, "prod", "EXAMPLE-3")
    copy = parted(played)
    liar = at(copy, played.mallory, 1)
    put_back(liar, former)
    assert secret_of(at(copy, played.ada, 2), "prod") == "EXAMPLE-2"
    assert adopted(played, copy) == {}
    assert secret_of(reopened(played, played.ada), "prod") == "EXAMPLE-3"


def test_case_100_nor_in_a_copy_that_knows_of_a_member_more(played: Played) -> None:
    former = keep_record(played.ada, "prod")
    update(played.ada, "prod", "EXAMPLE-3")
    copy = parted(played)
    join(at(copy, played.ada, 1), copy, "Cyd", MEMBER)
    liar = at(copy, played.mallory, 2)
    put_back(liar, former)
    assert adopted(played, copy, base="there") == {"here": "added", "prod": "newer"}
    assert secret_of(reopened(played, played.ada), "prod") == "EXAMPLE-3"


def test_case_100_what_was_put_back_in_the_vault_itself_is_not_signed_as_the_newest(played: Played) -> None:
    former = keep_record(played.ada, "prod")
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
    former = keep_record(played.ada, "prod")
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
    assert adopted(played, copy) == {"prod": "kept", "test": "kept"}
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
