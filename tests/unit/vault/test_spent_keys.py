"""Who somebody is stays, whatever keys he has; and nobody comes back by keys that stood in the roster before."""

import pytest

from nexcred.errors import Conflict, NotPermitted, Tampered
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER, Roster, read_roster
from nexcred.vault.roster_changes import with_member, with_new_keys, without_member
from nexcred.vault.roster_entry import sign_entry
from tests.support.first_format import first_add, first_roster
from tests.support.roster_entries import ADA, BOB, CYD, EVE, NEW, after, rekey_body, signed, then, two

ADD_EVE = {"op": "add", "name": "Eve", "role": MEMBER}


def rekeyed(roster: Roster, old: Identity = BOB, new: Identity = NEW) -> Roster:
    return then(roster, old, rekey_body(roster, old, new), new.public)


def mixed(agreement: Identity, signing: Identity) -> PublicIdentity:
    return PublicIdentity(agreement.public.keys[0], signing.public.keys[1])


def test_a_member_with_new_keys_is_who_he_was() -> None:
    moved = rekeyed(two(MEMBER))
    member = moved.members[BOB.fingerprint]
    assert (member.id, member.full_name, member.public.fingerprint) == (BOB.fingerprint, "Bob", NEW.fingerprint)
    assert moved.id_of(NEW.fingerprint) == moved.id_of(BOB.fingerprint) == BOB.fingerprint
    assert moved.by_keys(NEW.fingerprint) == member
    assert moved.by_keys(BOB.fingerprint) is None
    again = rekeyed(moved, NEW, EVE)
    assert again.id_of(EVE.fingerprint) == BOB.fingerprint
    assert again.by_keys(NEW.fingerprint) is None


def test_what_the_program_signs_is_what_a_reader_takes() -> None:
    moved = with_new_keys(two(MEMBER), BOB, NEW)
    assert read_roster(moved.entries).hashes == moved.hashes


def test_only_the_present_keys_sign_and_only_by_the_member_id() -> None:
    moved = rekeyed(two(OWNER))
    assert then(moved, NEW, ADD_EVE, EVE.public).length == 4
    for signer, named in ((BOB, BOB.fingerprint), (NEW, NEW.fingerprint), (BOB, NEW.fingerprint)):
        with pytest.raises(Tampered):
            after(moved, signed(moved, signer, ADD_EVE, about=EVE.public, named=named))


@pytest.mark.parametrize("role", [READER, GUEST])
def test_readers_and_guests_do_not_replace_their_keys(role: str) -> None:
    roster = two(role)
    with pytest.raises(Tampered, match="may not"):
        rekeyed(roster)
    with pytest.raises(NotPermitted):
        with_new_keys(roster, BOB, NEW)


def test_nobody_replaces_anothers_keys() -> None:
    roster = two(MEMBER)
    forged = signed(roster, ADA, rekey_body(roster, BOB, NEW), about=NEW.public, named=BOB.fingerprint)
    with pytest.raises(Tampered, match="not signed by who it names"):
        after(roster, forged)


@pytest.mark.parametrize("how", ["removed", "replaced", "present", "the founder's"])
def test_case_66_spent_keys_let_nobody_in(how: str) -> None:
    roster = two(MEMBER)
    spent = ADA if how == "the founder's" else BOB
    if how == "removed":
        roster = without_member(roster, ADA, BOB.fingerprint)
    elif how == "replaced":
        roster = rekeyed(roster)
    body = {"op": "add", "name": "Bobby", "role": MEMBER}
    for keys in (spent.public, mixed(EVE, spent)):
        with pytest.raises(Tampered, match="in it before"):
            then(roster, ADA, body, keys)
        with pytest.raises((NotPermitted, Conflict)):
            with_member(roster, ADA, keys, "Bobby", MEMBER)


@pytest.mark.parametrize("how", ["removed", "replaced", "present", "own"])
def test_case_66_nobody_moves_onto_spent_keys(how: str) -> None:
    roster = with_member(two(MEMBER), ADA, CYD.public, "Cyd", MEMBER)
    if how == "removed":
        roster = without_member(roster, ADA, CYD.fingerprint)
    elif how == "replaced":
        roster = rekeyed(roster, CYD, NEW)
    spent = BOB if how == "own" else CYD
    with pytest.raises(Tampered, match="in the roster before"):
        then(roster, BOB, rekey_body(roster, BOB, spent), spent.public)
    half = mixed(EVE, spent)
    with pytest.raises(Tampered, match="in the roster before"):
        then(roster, BOB, rekey_body(roster, BOB, spent), half)


def test_case_66_nobody_moves_onto_keys_that_another_published() -> None:
    """Eve's string lies about: Bob cannot make her keys his own, which would bar her from the vault."""
    roster = two(MEMBER)
    for body in (
        {"op": "rekey"},
        {"op": "rekey", "proof": ""},
        {"op": "rekey", "proof": 7},
        {"op": "rekey", "proof": "é"},
        rekey_body(roster, BOB, EVE, prover=BOB),
        rekey_body(roster, BOB, EVE, prover=NEW),
    ):
        with pytest.raises(Tampered, match="did not agree"):
            then(roster, BOB, body, EVE.public)
    assert with_member(roster, ADA, EVE.public, "Eve", MEMBER).length == 3


def test_a_proof_is_for_one_place_one_member_and_one_vault() -> None:
    roster, other = two(MEMBER), two(MEMBER)
    proof = rekey_body(roster, BOB, NEW)
    for place, signer in (
        (other, BOB),
        (then(roster, ADA, {"op": "settings", "key": "x", "value": 1}), BOB),
        (roster, ADA),
    ):
        with pytest.raises(Tampered, match="did not agree"):
            then(place, signer, proof, NEW.public)


def test_in_version_1_who_was_removed_may_have_come_back_by_his_keys() -> None:
    first = first_add(first_roster(ADA), ADA, BOB.public, "Bob", MEMBER)
    gone = then(first, ADA, {"op": "remove"}, BOB.public)
    back = then(gone, ADA, {"op": "add", "name": "Bob", "role": READER}, BOB.public)
    assert back.members[BOB.fingerprint].role == READER
    second = then(back, ADA, {"op": "format", "format": 2})
    gone = then(second, ADA, {"op": "remove"}, BOB.public)
    with pytest.raises(Tampered, match="in it before"):
        then(gone, ADA, {"op": "add", "name": "Bob", "role": MEMBER}, BOB.public)


def test_in_version_1_entries_name_keys_and_after_it_members() -> None:
    first = then(first_roster(ADA), ADA, {"op": "rekey"}, NEW.public)
    by_keys = signed(first, NEW, ADD_EVE, about=EVE.public, named=NEW.fingerprint)
    assert after(first, by_keys).length == 3
    second = after(first, signed(first, NEW, {"op": "format", "format": 2}, named=NEW.fingerprint))
    assert second.members[ADA.fingerprint].public.fingerprint == NEW.fingerprint
    with pytest.raises(Tampered):
        after(second, signed(second, NEW, ADD_EVE, about=EVE.public, named=NEW.fingerprint))
    assert then(second, NEW, ADD_EVE, EVE.public).length == 4


def test_an_entry_is_for_one_vault_and_one_place() -> None:
    roster, other = two(MEMBER), two(MEMBER)
    body = {"op": "settings", "key": "x", "value": 1}
    with pytest.raises(Tampered, match="was changed"):
        after(other, signed(roster, ADA, body))
    here = (other.vault_id, other.length + 1, other.last_hash)
    with pytest.raises(Tampered, match="not signed by who it names"):
        after(other, sign_entry(ADA, ADA.fingerprint, *here, ADA.public, body))
