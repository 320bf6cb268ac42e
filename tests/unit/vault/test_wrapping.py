"""Wrapping a record's key for others: its body and its statement stay, and none of its bytes ever come back."""

import os

import pytest

from nexcred.errors import NotPermitted, NotSealed, Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import digest
from nexcred.vault.record import (
    DETAILS,
    SESSION,
    RecordPlace,
    _hint,
    body_digest,
    lacking,
    move_own_grant,
    open_as,
    read_header,
    seal_for,
    wrap_anew,
)
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import describe, set_session, update
from tests.support.shared_vault import adas_vault, join, rekey, secret_of, share

HINT_KEY = b"\1" * 32
PLACE = RecordPlace(DETAILS, b"v" * 16, b"r" * 16, 7, 1)
ADA, BOB, CYD, NEW = (Identity(letter * 32, bytes(16)) for letter in (b"a", b"b", b"c", b"n"))
RECORD = seal_for(PLACE, b"text", [ADA.public, BOB.public], HINT_KEY)
GRANT = 84


def grants_of(record: bytes) -> list[bytes]:
    count = int.from_bytes(record[94:96], "big")
    return [record[96 + GRANT * number : 96 + GRANT * (number + 1)] for number in range(count)]


def test_who_is_named_opens_it_and_who_is_not_does_not() -> None:
    anew = wrap_anew(RECORD, ADA, [ADA.public, CYD.public], HINT_KEY)
    assert open_as(anew, ADA, HINT_KEY) == open_as(anew, CYD, HINT_KEY) == b"text"
    for hint_key in (HINT_KEY, None):
        with pytest.raises(NotPermitted):
            open_as(anew, BOB, hint_key)


def test_case_88_header_and_body_stay_and_so_does_the_digest_of_a_statement() -> None:
    for anew in (
        wrap_anew(RECORD, BOB, [ADA.public, BOB.public, CYD.public], HINT_KEY),
        move_own_grant(RECORD, ADA, NEW.public, HINT_KEY),
    ):
        assert body_digest(anew) == body_digest(RECORD)
        assert anew[:94] == RECORD[:94]
        assert anew.endswith(RECORD[96 + 2 * GRANT :])


def test_case_97_a_store_does_not_see_the_count_fall_and_no_grant_comes_back() -> None:
    seen = set(grants_of(RECORD))
    record = RECORD
    for recipients in ([ADA], [ADA, BOB], [ADA], [ADA, BOB, CYD], [ADA]):
        before = len(grants_of(record))
        record = wrap_anew(record, ADA, [one.public for one in recipients], HINT_KEY)
        assert len(grants_of(record)) == max(before, len(recipients))
        assert not seen & set(grants_of(record))
        seen |= set(grants_of(record))
    assert len(seen) == 2 + 2 + 2 + 2 + 3 + 3


def test_who_holds_no_grant_wraps_nothing() -> None:
    with pytest.raises(NotPermitted):
        wrap_anew(RECORD, CYD, [CYD.public], HINT_KEY)
    with pytest.raises(NotPermitted):
        move_own_grant(RECORD, CYD, NEW.public, HINT_KEY)


def test_a_record_that_names_another_key_is_wrapped_for_nobody() -> None:
    spoilt = RECORD[:62] + os.urandom(32) + RECORD[94:]
    with pytest.raises((Tampered, NotPermitted)):
        wrap_anew(spoilt, ADA, [CYD.public], HINT_KEY)


def test_ones_own_grant_moves_and_the_others_stay_where_they_are() -> None:
    moved = move_own_grant(RECORD, ADA, NEW.public, HINT_KEY)
    assert grants_of(moved)[1] == grants_of(RECORD)[1]
    assert open_as(moved, NEW, HINT_KEY) == open_as(moved, BOB, HINT_KEY) == b"text"
    for hint_key in (HINT_KEY, None):
        with pytest.raises(NotPermitted):
            open_as(moved, ADA, hint_key)


def test_who_lacks_a_grant_is_named() -> None:
    assert lacking(RECORD, [ADA.public, BOB.public], HINT_KEY) == []
    assert lacking(RECORD, [CYD.public, ADA.public], HINT_KEY) == [CYD.public]


# In a vault


@pytest.fixture
def ada(store: MemoryStore) -> Vault:
    ada = adas_vault(store)
    set_session(ada, "prod", {"token": "EXAMPLE-token"})
    return ada


def bodies(store: MemoryStore) -> set[bytes]:
    return {body_digest(one) for one in store.tables.items.values() if read_header(one).part in (DETAILS, SESSION)}


def test_case_88_sharing_joining_and_new_keys_change_no_statement_and_lose_no_session(
    ada: Vault, store: MemoryStore
) -> None:
    before, stated = bodies(store), overview_of(ada, "prod").statement
    bob, job = join(ada, store, "Bob", MEMBER), join(ada, store, "ci", GUEST)
    share(ada, "prod", bob, job)
    assert bodies(store) == before
    assert overview_of(ada, "prod").statement == stated
    ada.edit(lambda edit: edit.unshare(edit.find("prod"), [job.state.me.id]))
    rekey(bob)
    rekey(ada)
    assert bodies(store) == before
    assert overview_of(ada, "prod").statement._replace(signature=b"") == stated._replace(signature=b"")  # type: ignore[union-attr]
    for vault in (ada, bob):
        assert secret_of(vault, "prod") == "EXAMPLE-prod"
        assert vault.session(vault.find("prod")) == {"token": "EXAMPLE-token"}


def test_case_97_share_then_unshare_and_no_record_comes_back(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    ever = set(store.tables.items)
    for _ in range(3):
        share(ada, "prod", bob)
        new = set(store.tables.items) - ever
        ever |= new
        ada.edit(lambda edit: edit.unshare(edit.find("prod"), [bob.state.me.id]))
        back = set(store.tables.items) & ever - new
        assert all(read_header(store.tables.items[one]).record_id != overview_of(ada, "prod").record_id for one in back)
        ever |= set(store.tables.items)


def strip(eve: Vault, store: MemoryStore, name: str, whose: Vault, *, keeps_hint: bool) -> None:
    """Put garbage in the place of somebody's grant on the details of a record, as any member can."""
    overview, hint_key = overview_of(eve, name), eve.state.keys.hint
    record = store.tables.items[overview.details]
    hint = _hint(hint_key, overview.record_id, whose.identity.fingerprint)
    (grant,) = [one for one in grants_of(record) if one[:4] == hint]
    spoilt = record.replace(grant, (hint if keeps_hint else os.urandom(4)) + os.urandom(GRANT - 4))
    store.tables.items[digest(spoilt)] = spoilt
    rewrite_overview(eve, name, lambda _: {"details": digest(spoilt)})


@pytest.mark.parametrize("how", ["describe", "complete", "session", "share", "update"])
@pytest.mark.parametrize("keeps_hint", [False, True])
def test_case_99_a_grant_that_a_member_stripped_is_put_back_by_the_next_write_of_a_holder(
    ada: Vault, store: MemoryStore, how: str, keeps_hint: bool
) -> None:
    bob, eve = join(ada, store, "Bob", MEMBER), join(ada, store, "Eve", MEMBER)
    share(ada, "prod", bob)
    strip(eve, store, "prod", bob, keeps_hint=keeps_hint)
    with pytest.raises(NotSealed, match="not sealed to it"):
        secret_of(bob, "prod")
    assert bob.verify().waiting == ("prod",)
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    if how == "describe":
        describe(ada, "prod", "new")
    elif how == "complete":
        ada.edit(lambda edit: edit.complete(edit.find("prod"), anew=True))
    elif how == "session":
        set_session(ada, "prod", {"token": "EXAMPLE-new"})
    elif how == "share":
        share(ada, "prod", eve)
    else:
        update(ada, "prod", "EXAMPLE-prod")
    if keeps_hint and how in ("describe", "session"):  # which do not look behind the hint
        with pytest.raises(NotSealed):
            secret_of(bob, "prod")
        ada.edit(lambda edit: edit.complete(edit.find("prod"), anew=True))
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    assert bob.verify().waiting == ()
