"""The access lists of version 1: read for ever, proved before they are brought over to version 2."""

import pytest

from nexcred.errors import Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER
from nexcred.vault.roster_changes import without_member
from nexcred.vault.version1.access_list import FirstAccessList, access_from_json, signer_moved_on, verify_first_list
from tests.support.first_format import first_add, first_list_to_json, first_roster, new_first_list, sign_first_list

ADA, BOB, EVE = (Identity(letter * 32, bytes(16)) for letter in (b"a", b"b", b"e"))


ROSTER = first_add(first_add(first_roster(ADA), ADA, BOB.public, "Bob", MEMBER), ADA, EVE.public, "Eve", MEMBER)
BOBS = new_first_list(BOB, ROSTER.vault_id)


def sign(access: FirstAccessList, signer: Identity, vault_id: bytes = ROSTER.vault_id) -> FirstAccessList:
    return sign_first_list(access, signer, vault_id)


def test_a_new_list_names_its_creator() -> None:
    assert [one.public.fingerprint for one in verify_first_list(BOBS, ROSTER)] == [BOB.fingerprint]


def test_an_owner_may_change_a_members_list() -> None:
    wider = sign(BOBS._replace(version=2, recipients=(ADA.fingerprint, BOB.fingerprint)), ADA)
    assert {one.public.fingerprint for one in verify_first_list(wider, ROSTER)} == {ADA.fingerprint, BOB.fingerprint}


def test_who_left_is_no_recipient() -> None:
    wider = sign(BOBS._replace(recipients=(BOB.fingerprint, EVE.fingerprint)), BOB)
    without_eve = without_member(ROSTER, ADA, EVE.fingerprint)
    assert [one.public.fingerprint for one in verify_first_list(wider, without_eve)] == [BOB.fingerprint]


@pytest.mark.parametrize(
    "forged",
    [
        BOBS._replace(recipients=(BOB.fingerprint, EVE.fingerprint)),
        BOBS._replace(version=2),
        sign(BOBS._replace(recipients=(BOB.fingerprint, EVE.fingerprint)), EVE),
        sign(BOBS, BOB, vault_id=bytes(16)),
        sign(BOBS, Identity(b"x" * 32, bytes(16))),
        BOBS._replace(signer=ADA.fingerprint),
        BOBS._replace(creator=EVE.fingerprint),
        BOBS._replace(salt=bytes(16)),
        BOBS._replace(signature=bytes(64)),
    ],
)
def test_case_15_a_list_that_its_creator_or_an_owner_did_not_sign_is_refused(forged: FirstAccessList) -> None:
    with pytest.raises(Tampered):
        verify_first_list(forged, ROSTER)


def test_case_15_a_list_with_another_creator_is_for_another_record() -> None:
    eves = sign(BOBS._replace(creator=EVE.fingerprint), EVE)
    assert verify_first_list(eves, ROSTER)
    assert eves.record_id != BOBS.record_id


def test_a_list_by_keys_that_were_replaced_since_is_refused_and_says_whose_they_were() -> None:
    new = Identity(b"n" * 32, bytes(16))
    moved = ROSTER.append(BOB, new.public, {"op": "rekey"})
    with pytest.raises(Tampered):
        verify_first_list(BOBS, moved)
    who = signer_moved_on(BOBS, moved)
    assert who is not None
    assert (who.id, who.full_name, who.public.fingerprint) == (BOB.fingerprint, "Bob", new.fingerprint)
    assert signer_moved_on(BOBS, ROSTER) is None
    assert signer_moved_on(sign(BOBS, Identity(b"x" * 32, bytes(16))), moved) is None


def test_a_list_survives_being_written() -> None:
    assert access_from_json(first_list_to_json(BOBS)) == BOBS


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", -1),
        ("version", True),
        ("version", "1"),
        ("creator", "00"),
        ("salt", "zz" * 16),
        ("recipients", "00"),
        ("recipients", [None]),
        ("recipients", ["00" * 16] * 65_536),
        ("signature", ""),
    ],
)
def test_any_other_shape_is_refused(key: str, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        access_from_json({**first_list_to_json(BOBS), key: value})
