"""Who says what the values of a record are, and its other parts: proved by its list, or disputed."""

import pytest

from nexcred.errors import Disputed
from nexcred.vault.access_list import WRITE
from nexcred.vault.overview import RecordPart
from nexcred.vault.record import DETAILS, ROTATION, SESSION
from nexcred.vault.roster_changes import without_member
from nexcred.vault.statements import ENDED, INHERITED, DetailsStatement
from tests.support.signed_record import (
    ADA,
    BOB,
    CYD,
    DIGEST,
    EVE,
    JOB,
    LIST,
    NEW,
    OTHER,
    REA,
    ROSTER,
    details,
    grants,
    hash_of,
    overview,
    part,
    pinning,
    prove,
)


def test_details_are_believed_by_whoever_may_write_them() -> None:
    for author in (BOB, CYD):
        proved = prove(overview(statement=details(author)))
        assert (proved.author, proved.details_hash, proved.pinned_by) == (
            author.fingerprint,
            hash_of(details(author)),
            None,
        )


@pytest.mark.parametrize(
    ("why", "statement"),
    [
        ("signed by Ada, who may not", details(ADA)),  # an owner, and no holder
        ("signed by Rea, who may not", details(REA)),
        ("signed by Job, who may not", details(JOB)),
        ("signed by Eve, who may not", details(EVE)),
        ("signed by somebody unknown", details(NEW)),
        ("signed by somebody unknown", details(by=BOB)._replace(by=INHERITED)),
        ("not signed by Bob", details(signer=EVE)),
        ("not signed by Bob", details()._replace(digest=OTHER)),
        ("not signed by Bob", details()._replace(revision=4)),
        ("not signed by Bob", details()._replace(previous=OTHER)),
        ("under another list", details(list_version=4)),
        ("under another list", details(list_version=6)),
    ],
)
def test_case_63_any_other_details_are_disputed(why: str, statement: DetailsStatement) -> None:
    with pytest.raises(Disputed, match=f"'prod' is disputed.*{why}"):
        prove(overview(statement=statement))


def test_details_that_are_pinned_stand_when_their_author_is_gone() -> None:
    roster = without_member(ROSTER, ADA, CYD.fingerprint)
    by_cyd = details(CYD)
    with pytest.raises(Disputed, match="Cyd, who may not"):
        prove(overview(statement=by_cyd), roster)
    pinned = pinning(by_cyd, signer=ADA, grants=grants((BOB, WRITE)))
    proved = prove(overview(pinned, by_cyd), roster)
    assert (proved.author, proved.pinned_by) == (CYD.fingerprint, ADA.fingerprint)
    assert proved.pins == {DETAILS: hash_of(by_cyd)}


def test_details_that_are_newer_than_what_is_pinned_are_their_authors_word() -> None:
    pinned = pinning(details(CYD))
    newer = details(CYD, revision=4, list_version=6, previous=hash_of(details(CYD)))
    assert prove(overview(pinned, newer)).details_hash == hash_of(newer)


@pytest.mark.parametrize("revision", [1, 2, 3])
def test_case_72_what_is_no_newer_than_what_is_pinned_is_disputed(revision: int) -> None:
    pinned = pinning(details(CYD))
    other = details(CYD, revision=revision, digest=OTHER, list_version=6)
    with pytest.raises(Disputed, match="older than those"):
        prove(overview(pinned, other))


def test_an_owner_who_is_no_holder_pins_and_writes_not() -> None:
    pinned = pinning(details(), signer=ADA)
    with pytest.raises(Disputed, match="Ada, who may not"):
        prove(overview(pinned, details(ADA, revision=4, list_version=6)))


def test_inherited_details_are_good_where_they_are_pinned() -> None:
    inherited = DetailsStatement(3, DIGEST, bytes(32), 5, INHERITED, bytes(64))
    proved = prove(overview(pinning(inherited, signer=ADA), inherited))
    assert (proved.author, proved.details_hash, proved.confirmed) == (None, hash_of(inherited), None)
    with pytest.raises(Disputed):
        prove(overview(pinning(details()), inherited))
    with pytest.raises(Disputed):
        prove(overview(statement=inherited))


def test_who_may_write_confirms_inherited_details_and_nothing_else() -> None:
    inherited = DetailsStatement(3, DIGEST, bytes(32), 5, INHERITED, bytes(64))
    access = pinning(inherited, signer=ADA)
    confirming = details(CYD, previous=hash_of(inherited), list_version=6)
    proved = prove(overview(access, confirming, inherited=inherited))
    assert (proved.author, proved.confirmed) == (CYD.fingerprint, hash_of(inherited))
    for wrong in (
        details(CYD, previous=hash_of(inherited), list_version=6, digest=OTHER),
        details(CYD, previous=hash_of(inherited), list_version=6, revision=2),
        details(CYD, previous=OTHER, list_version=6),
        details(REA, previous=hash_of(inherited), list_version=6),
        details(EVE, previous=hash_of(inherited), list_version=6),
        details(CYD, EVE, previous=hash_of(inherited), list_version=6),
        details(CYD, previous=hash_of(inherited), list_version=5),
    ):
        with pytest.raises(Disputed):
            prove(overview(access, wrong, inherited=inherited))
    for said in (None, inherited._replace(digest=OTHER), inherited._replace(by=CYD.fingerprint), details(CYD)):
        with pytest.raises(Disputed):
            prove(overview(access, confirming, inherited=said))


@pytest.mark.parametrize("number", [SESSION, ROTATION])
def test_a_part_is_believed_by_whoever_may_write_it(number: int) -> None:
    proved = prove(overview(LIST, None, part(number, CYD)))
    assert proved.live_part(number) == part(number, CYD).statement
    assert proved.pins == {DETAILS: hash_of(details()), number: hash_of(part(number, CYD).statement)}


def test_a_part_that_ended_is_there_and_not_alive() -> None:
    proved = prove(overview(LIST, None, part(digest=ENDED)))
    assert proved.live_part(SESSION) is None
    assert proved.parts[SESSION].serial == 2


@pytest.mark.parametrize(
    ("why", "one"),
    [
        ("session is signed by Ada, who may not", part(by=ADA)),
        ("session is signed by Rea, who may not", part(by=REA)),
        ("session is signed by Eve, who may not", part(by=EVE)),
        ("session is not signed by Bob", part(signer=EVE)),
        ("session was signed by Bob under another list", part(list_version=4)),
        ("session is for other values", part(details=OTHER)),
        ("rotation is for other values", part(ROTATION, details=DIGEST)),
        ("session is for other values", part(details=bytes(32))),
        ("session is for other values", part(digest=ENDED, details=OTHER)),
        ("rotation is signed by Eve", part(ROTATION, by=EVE)),
    ],
)
def test_case_64_any_other_part_is_disputed(why: str, one: RecordPart) -> None:
    with pytest.raises(Disputed, match=f"'prod' is disputed.*{why}"):
        prove(overview(LIST, None, one))


def test_a_session_shown_as_another_part_is_disputed() -> None:
    assert part().statement is not None
    as_rotation = part().statement._replace(part=ROTATION)  # type: ignore[union-attr]
    with pytest.raises(Disputed):
        prove(overview(LIST, None, RecordPart(as_rotation, b"r" * 32)))


@pytest.mark.parametrize("body", [DIGEST, ENDED])
def test_case_72_a_part_that_is_pinned_may_not_be_left_out(body: bytes) -> None:
    """One that ended no less: or a session from before its end could take its place."""
    session = part(digest=body).statement
    access = pinning(details(), session, signer=ADA)
    assert prove(overview(access, details(), part(digest=body))).parts == {SESSION: session}
    with pytest.raises(Disputed, match="session was left out"):
        prove(overview(access, details()))


def test_case_64_a_past_session_is_not_believed_with_present_details() -> None:
    session = part().statement
    access = pinning(details(), session, signer=ADA)
    newer = details(revision=4, list_version=6, digest=OTHER)
    with pytest.raises(Disputed, match="for other values"):
        prove(overview(access, newer, part()))


def test_what_is_of_version_1_is_no_record() -> None:
    with pytest.raises(Disputed, match="version 1"):
        prove(overview()._replace(statement=None))
