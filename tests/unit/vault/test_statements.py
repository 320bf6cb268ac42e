"""The form of statements: what is signed, how it is written, and that there is one way to write each."""

import base64
import struct

import pytest

from nexcred.vault.identity import Identity
from nexcred.vault.primitives import digest
from nexcred.vault.statements import (
    ENDED,
    INHERITED,
    DetailsStatement,
    PartStatement,
    Statement,
    hash_statement,
    read_details_statement,
    read_part_statement,
    revision_in,
    sign_details,
    sign_part,
    write_statement,
)

ADA, BOB = Identity(b"a" * 32, bytes(16)), Identity(b"b" * 32, bytes(16))
VAULT_ID, RECORD_ID = b"v" * 16, b"r" * 16
DETAILS = sign_details(DetailsStatement(9, b"d" * 32, b"p" * 32, 4, ADA.fingerprint), ADA, VAULT_ID, RECORD_ID)
SESSION = sign_part(PartStatement(3, 4, b"d" * 32, b"s" * 32, 6, ADA.fingerprint), ADA, VAULT_ID, RECORD_ID)


def test_statements_survive_being_written() -> None:
    assert read_details_statement(write_statement(DETAILS)) == DETAILS
    assert read_part_statement(write_statement(SESSION)) == SESSION


def test_the_bytes_are_those_of_the_format() -> None:
    details = struct.pack(">Q", 9) + b"d" * 32 + b"p" * 32 + struct.pack(">Q", 4) + ADA.fingerprint
    session = b"\3" + struct.pack(">Q", 4) + b"d" * 32 + b"s" * 32 + struct.pack(">Q", 6) + ADA.fingerprint
    for statement, said, label in ((DETAILS, details, b"details"), (SESSION, session, b"part")):
        signed = b"nexcred/1 " + label + b"\0" + VAULT_ID + RECORD_ID + said
        assert base64.b64decode(write_statement(statement)) == said + statement.signature
        ADA.signing.public_key().verify(statement.signature, signed)
        assert hash_statement(statement, VAULT_ID, RECORD_ID) == digest(b"nexcred/1 statement\0" + signed)


def test_a_hash_leaves_the_signature_out() -> None:
    """A statement that is signed anew by other keys is the same statement."""
    for statement in (DETAILS, SESSION):
        other = statement._replace(signature=bytes(64))
        assert hash_statement(other, VAULT_ID, RECORD_ID) == hash_statement(statement, VAULT_ID, RECORD_ID)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            (DETAILS, DETAILS._replace(**change))
            for change in (
                {"revision": 8},
                {"digest": bytes(32)},
                {"previous": bytes(32)},
                {"list_version": 5},
                {"by": BOB.fingerprint},
            )
        ),
        *(
            (SESSION, SESSION._replace(**change))
            for change in (
                {"part": 4},
                {"list_version": 5},
                {"details": bytes(32)},
                {"digest": bytes(32)},
                {"serial": 7},
                {"by": BOB.fingerprint},
            )
        ),
    ],
)
def test_whatever_a_statement_says_is_signed_and_hashed(one: Statement, other: Statement) -> None:
    assert one.message(VAULT_ID, RECORD_ID) != other.message(VAULT_ID, RECORD_ID)
    assert hash_statement(one, VAULT_ID, RECORD_ID) != hash_statement(other, VAULT_ID, RECORD_ID)


def test_a_statement_is_for_one_vault_and_one_record() -> None:
    for statement in (DETAILS, SESSION):
        places = [(VAULT_ID, RECORD_ID), (bytes(16), RECORD_ID), (VAULT_ID, bytes(16))]
        assert len({hash_statement(statement, *place) for place in places}) == 3


@pytest.mark.parametrize("statement", [DETAILS, SESSION])
def test_case_96_any_other_form_is_refused(statement: Statement) -> None:
    read = read_details_statement if isinstance(statement, DetailsStatement) else read_part_statement
    text = write_statement(statement)
    raw = base64.b64decode(text)
    others = [raw[:-1], raw + b"\0", b"", bytes(len(raw)), b"\xff" * len(raw)]
    for other in ["", text + "\n", text[:-1], text + "=", "é", *(base64.b64encode(one).decode() for one in others)]:
        with pytest.raises(ValueError, match="no statement"):
            read(other)


@pytest.mark.parametrize("number", [0, 2**48, 2**64 - 1])
def test_numbers_that_nobody_can_count_to_are_refused(number: int) -> None:
    details, session = DETAILS._replace(revision=number), SESSION._replace(serial=number)
    with pytest.raises(ValueError, match="no statement"):
        read_details_statement(write_statement(details))
    with pytest.raises(ValueError, match="no statement"):
        read_part_statement(write_statement(session))
    with pytest.raises(ValueError, match="no statement"):
        revision_in(write_statement(details))


def test_case_96_the_bits_that_base64_leaves_over_are_zero() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    texts = [text for text in (write_statement(DETAILS), write_statement(SESSION)) if text.endswith("=")]
    assert texts
    for text in texts:
        bare = text.rstrip("=")
        other = bare[:-1] + alphabet[alphabet.index(bare[-1]) ^ 1] + text[len(bare) :]
        assert base64.b64decode(other) == base64.b64decode(text)
        for read in (read_details_statement, read_part_statement):
            with pytest.raises(ValueError, match="no statement"):
                read(other)


def test_a_part_ends_by_a_digest_of_zeros() -> None:
    assert SESSION._replace(digest=ENDED).is_ended
    assert not SESSION.is_ended


def test_the_revision_is_read_alone() -> None:
    assert revision_in(write_statement(DETAILS)) == 9
    with pytest.raises(ValueError, match=r"."):
        revision_in("")


def test_inherited_is_nobody() -> None:
    assert bytes(16) == INHERITED
    assert INHERITED not in {ADA.fingerprint, BOB.fingerprint}
