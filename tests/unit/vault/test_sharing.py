import pytest

from nexcred.errors import Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER, Member, Roster
from nexcred.vault.roster_changes import found_roster
from nexcred.vault.sharing import (
    AccessList,
    _message,
    access_from_json,
    access_to_json,
    new_access_list,
    verified_recipients,
)

ADA, BOB, EVE = (Identity(letter * 32, bytes(16)) for letter in (b"a", b"b", b"e"))


def roster() -> Roster:
    founded = found_roster(ADA, "Example", "Ada")
    others = {one.fingerprint: Member(one.public, "somebody", MEMBER) for one in (BOB, EVE)}
    everybody = {**founded.members, **others}
    return founded._replace(members=everybody, known=everybody)


ROSTER = roster()
BOBS = new_access_list(BOB, ROSTER.vault_id)


def sign(access: AccessList, signer: Identity, vault_id: bytes = ROSTER.vault_id) -> AccessList:
    unsigned = access._replace(signer=signer.fingerprint)
    return unsigned._replace(signature=signer.signing.sign(_message(unsigned, vault_id)))


def test_a_new_list_names_its_creator() -> None:
    assert [one.public.fingerprint for one in verified_recipients(BOBS, ROSTER)] == [BOB.fingerprint]


def test_an_owner_may_change_a_members_list() -> None:
    wider = sign(BOBS._replace(version=2, recipients=(ADA.fingerprint, BOB.fingerprint)), ADA)
    assert {one.public.fingerprint for one in verified_recipients(wider, ROSTER)} == {ADA.fingerprint, BOB.fingerprint}


def test_who_left_is_no_recipient() -> None:
    wider = sign(BOBS._replace(recipients=(BOB.fingerprint, EVE.fingerprint)), BOB)
    without_eve = ROSTER._replace(members={key: one for key, one in ROSTER.members.items() if key != EVE.fingerprint})
    assert [one.public.fingerprint for one in verified_recipients(wider, without_eve)] == [BOB.fingerprint]


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
def test_case_15_a_list_that_its_creator_or_an_owner_did_not_sign_is_refused(forged: AccessList) -> None:
    with pytest.raises(Tampered):
        verified_recipients(forged, ROSTER)


def test_case_15_a_list_with_another_creator_is_for_another_record() -> None:
    eves = sign(BOBS._replace(creator=EVE.fingerprint), EVE)
    assert verified_recipients(eves, ROSTER)
    assert eves.record_id != BOBS.record_id


def test_a_list_survives_being_written() -> None:
    assert access_from_json(access_to_json(BOBS)) == BOBS


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
        access_from_json({**access_to_json(BOBS), key: value})
