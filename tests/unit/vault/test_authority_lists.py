"""Who says who holds a record: lists are proved against the roster of now, or disputed."""

import pytest

from nexcred.errors import Disputed
from nexcred.vault.access_list import READ, TO_TEAM, WRITE, AccessGrant, AccessList
from nexcred.vault.authority import verify_list
from nexcred.vault.ended_lists import EndedLists, with_ended_lists
from nexcred.vault.roster import MEMBER, OWNER, READER
from nexcred.vault.roster_changes import with_new_keys, with_role, without_member
from tests.support.signed_record import (
    ADA,
    BOB,
    CYD,
    EVE,
    GENERATION,
    JOB,
    LIST,
    NEW,
    REA,
    RECORD_ID,
    ROSTER,
    TEAM,
    TEAM_ROSTER,
    VAULT_ID,
    grants,
    listed,
)


def test_a_list_by_the_creator_or_an_owner_says_who_holds_a_record() -> None:
    for signer in (BOB, ADA):
        verified = verify_list(listed(signer), ROSTER, GENERATION, "prod")
        assert verified.holders() == {
            BOB.fingerprint: WRITE, CYD.fingerprint: WRITE, REA.fingerprint: READ, JOB.fingerprint: READ
        }  # fmt: skip
        assert [verified.may_write(one.fingerprint) for one in (BOB, CYD, REA, JOB, ADA, EVE)] == [
            *(True, True, False, False, False, False)
        ]
        assert [verified.may_share(one.fingerprint) for one in (BOB, ADA, CYD, REA, EVE)] == [
            *(True, True, False, False, False)
        ]


def test_who_left_holds_nothing_and_a_reader_writes_nothing_whatever_the_list_says() -> None:
    roster = with_role(without_member(ROSTER, ADA, REA.fingerprint), ADA, CYD.fingerprint, READER)
    verified = verify_list(LIST, roster, GENERATION, "prod")
    assert verified.holders() == {BOB.fingerprint: WRITE, CYD.fingerprint: READ, JOB.fingerprint: READ}


def test_a_team_is_expanded_and_the_most_counts() -> None:
    access = listed(grants=[*grants((BOB, WRITE), (CYD, READ)), AccessGrant(TO_TEAM, TEAM, WRITE)])
    assert verify_list(access, TEAM_ROSTER, GENERATION, "prod").holders() == {
        BOB.fingerprint: WRITE,
        CYD.fingerprint: WRITE,
    }
    assert verify_list(access, ROSTER, GENERATION, "prod").holders() == {BOB.fingerprint: WRITE, CYD.fingerprint: READ}


@pytest.mark.parametrize(
    ("why", "access"),
    [
        ("signed by Cyd, who may not", listed(CYD)),
        ("signed by Rea, who may not", listed(REA)),
        ("signed by Eve, who may not", listed(EVE)),
        ("signed by somebody unknown", listed(NEW)),
        ("not signed by Bob", listed()._replace(grants=tuple(grants((EVE, WRITE))))),
        ("not signed by Bob", listed()._replace(version=6)),
        ("not signed by Bob", listed()._replace(revision=1)),
        ("not signed by Bob", listed(EVE)._replace(signer=BOB.fingerprint)),
        ("not signed by Ada", listed()._replace(signer=ADA.fingerprint)),
        ("not signed by Bob", listed()._replace(signature=bytes(64))),
        ("a number that no write", listed(version=GENERATION + 1)),
        ("not signed by Bob", listed()._replace(salt=b"x" * 16)),
    ],
)
def test_case_61_any_other_list_is_disputed(why: str, access: AccessList) -> None:
    with pytest.raises(Disputed, match=f"'prod' is disputed.*{why}"):
        verify_list(access, ROSTER, GENERATION, "prod")


def test_case_67_a_list_with_another_creator_is_for_another_record() -> None:
    eves = listed(EVE, creator=EVE.fingerprint)
    assert verify_list(eves, ROSTER, GENERATION, "prod").access.record_id != RECORD_ID


def test_a_list_has_at_most_the_number_of_the_head_that_carries_it() -> None:
    assert verify_list(listed(version=GENERATION), ROSTER, GENERATION, "prod")


def test_case_65_a_list_by_keys_that_were_replaced_is_disputed() -> None:
    moved = with_new_keys(ROSTER, BOB, NEW)
    with pytest.raises(Disputed, match="not signed by Bob"):
        verify_list(LIST, moved, GENERATION, "prod")
    anew = LIST._replace(signature=NEW.signing.sign(LIST.message(VAULT_ID)))
    assert verify_list(anew, moved, GENERATION, "prod").may_write(BOB.fingerprint)


def test_case_89_a_creator_whom_an_owner_took_off_signs_himself_back_no_more() -> None:
    for owners_only in (False, True):
        ended = with_ended_lists(ROSTER, ADA, [EndedLists(listed(ADA, version=6), (), owners_only=owners_only)])
        assert verify_list(listed(ADA, version=6), ended, GENERATION, "prod")
        if owners_only:
            with pytest.raises(Disputed, match="Bob, who may not"):
                verify_list(listed(version=7), ended, GENERATION, "prod")
        else:
            assert verify_list(listed(version=7), ended, GENERATION, "prod")
        with pytest.raises(Disputed, match="taken off"):
            verify_list(listed(ADA, version=5), ended, GENERATION, "prod")


def test_a_creator_who_is_a_reader_now_says_nothing_more() -> None:
    with pytest.raises(Disputed, match="Bob, who may not"):
        verify_list(LIST, with_role(ROSTER, ADA, BOB.fingerprint, READER), GENERATION, "prod")


def test_an_owner_who_is_a_member_now_says_nothing_of_what_is_not_his() -> None:
    roster = with_role(ROSTER, ADA, CYD.fingerprint, OWNER)
    adas = listed(ADA)
    assert verify_list(adas, roster, GENERATION, "prod")
    with pytest.raises(Disputed, match="Ada, who may not"):
        verify_list(adas, with_role(roster, CYD, ADA.fingerprint, MEMBER), GENERATION, "prod")


def test_a_proof_by_another_roster_says_nothing_of_another_list() -> None:
    before = verify_list(LIST, ROSTER, GENERATION, "prod")
    forged = LIST._replace(grants=tuple(grants((EVE, WRITE))))
    with pytest.raises(Disputed, match="not signed by"):
        verify_list(forged, without_member(ROSTER, ADA, CYD.fingerprint), GENERATION, "prod", before=before)
    spoilt = LIST._replace(signature=bytes(64))
    with pytest.raises(Disputed, match="not signed by"):
        verify_list(spoilt, ROSTER, GENERATION, "prod", before=before)


def test_a_proof_from_before_its_signer_had_other_keys_says_nothing() -> None:
    before = verify_list(LIST, ROSTER, GENERATION, "prod")
    with pytest.raises(Disputed, match="not signed by"):
        verify_list(LIST, with_new_keys(ROSTER, BOB, NEW), GENERATION, "prod", before=before)


def test_a_proof_by_another_roster_holds_where_the_keys_are_the_same() -> None:
    before = verify_list(LIST, ROSTER, GENERATION, "prod")
    after = verify_list(LIST, without_member(ROSTER, ADA, REA.fingerprint), GENERATION, "prod", before=before)
    assert after.holders() == {BOB.fingerprint: WRITE, CYD.fingerprint: WRITE, JOB.fingerprint: READ}
    with pytest.raises(Disputed, match="may not say that"):
        verify_list(LIST, without_member(ROSTER, ADA, BOB.fingerprint), GENERATION, "prod", before=before)
