"""A record of Bob's in a vault of several people, with whatever anybody signs for it: what authority is tested by."""

from typing import Any

from nexcred.vault.access_list import READ, TO_MEMBER, WRITE, AccessGrant, AccessList, make_list
from nexcred.vault.authority import VerifiedRecord, verify_record
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.record import DETAILS, SESSION
from nexcred.vault.roster import GUEST, MEMBER, READER, Roster
from nexcred.vault.roster_changes import found_roster, with_member
from nexcred.vault.statements import (
    DetailsStatement,
    PartStatement,
    hash_statement,
    sign_details,
    sign_part,
)
from tests.support.sample_overview import OVERVIEW

ADA, BOB, CYD, REA, JOB, EVE, NEW = (
    Identity(letter * 32, bytes(16)) for letter in (b"a", b"b", b"c", b"r", b"j", b"e", b"n")
)
DIGEST, OTHER = b"d" * 32, b"o" * 32


def everybody() -> Roster:
    roster = found_roster(ADA, "Example", "Ada")
    for who, name, role in (
        (BOB, "Bob", MEMBER), (CYD, "Cyd", MEMBER), (REA, "Rea", READER), (JOB, "Job", GUEST), (EVE, "Eve", MEMBER)
    ):  # fmt: skip
        roster = with_member(roster, ADA, who.public, name, role)
    return roster


ROSTER = everybody()
VAULT_ID = ROSTER.vault_id
TEAM_ROSTER = ROSTER.append(ADA, ADA.public, {"op": "team", "name": "ops"})
(TEAM,) = TEAM_ROSTER.teams
TEAM_ROSTER = TEAM_ROSTER.append(ADA, CYD.public, {"op": "team-add", "team": TEAM.hex()})
GENERATION = 50


def grants(*to: tuple[Identity, int]) -> list[AccessGrant]:
    return [AccessGrant(TO_MEMBER, who.fingerprint, may) for who, may in to]


BOBS = grants((BOB, WRITE), (CYD, WRITE), (REA, READ), (JOB, WRITE))


def listed(signer: Identity = BOB, **changed: Any) -> AccessList:
    """Sign the list of a record that Bob added."""
    said: dict[str, Any] = {
        "version": 5, "grants": BOBS, "creator": BOB.fingerprint, "salt": b"s" * 16, **changed
    }  # fmt: skip
    return make_list(signer, signer.fingerprint, VAULT_ID, **said)


LIST = listed()
RECORD_ID = LIST.record_id


def details(by: Identity = BOB, signer: Identity | None = None, **changed: Any) -> DetailsStatement:
    unsigned = DetailsStatement(3, DIGEST, b"p" * 32, 5, by.fingerprint)._replace(**changed)
    return sign_details(unsigned, signer or by, VAULT_ID, RECORD_ID)


def part(number: int = SESSION, by: Identity = BOB, signer: Identity | None = None, **changed: Any) -> RecordPart:
    about = DIGEST if number == SESSION else bytes(32)
    unsigned = PartStatement(number, 5, about, b"t" * 32, 2, by.fingerprint)._replace(**changed)
    statement = sign_part(unsigned, signer or by, VAULT_ID, RECORD_ID)
    return RecordPart(statement, None if statement.is_ended else b"r" * 32)


def overview(
    access: AccessList = LIST,
    statement: DetailsStatement | None = None,
    *parts: RecordPart,
    inherited: DetailsStatement | None = None,
) -> Overview:
    return OVERVIEW._replace(
        name="prod", access=access, statement=statement or details(), parts=parts, inherited=inherited
    )


def prove(one: Overview, roster: Roster = ROSTER, generation: int = GENERATION) -> VerifiedRecord:
    return verify_record(one, roster, generation)


def hash_of(statement: DetailsStatement | PartStatement | None) -> bytes:
    assert statement is not None
    return hash_statement(statement, VAULT_ID, RECORD_ID)


def pinning(*statements: DetailsStatement | PartStatement | None, revision: int = 3, **changed: Any) -> AccessList:
    """Sign the list that follows, which pins these."""
    pins = {DETAILS if isinstance(one, DetailsStatement) else one.part: hash_of(one) for one in statements if one}
    return listed(version=6, revision=revision, pins=pins, **changed)
