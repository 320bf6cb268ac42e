"""Statements: the signed word of an author on the details, or another part, of a credential.

In the overview as Base64 of what is signed after the record id, then the signature:
details  revision 8 ‖ digest 32 ‖ previous 32 ‖ list version 8 ‖ by 16 ‖ Ed25519 64,
         over label ‖ vault_id ‖ record_id ‖ all before the signature
part     part 1 ‖ list version 8 ‖ details digest 32 ‖ digest 32 ‖ serial 8 ‖ by 16 ‖ Ed25519 64,
         over the same, with its own label
The digest is that of a record's header and sealed body, without its grants: who holds the key wraps it anew for others,
and the statement stays. That of a policy, which is no record, is SHA-256(label ‖ its text). The hash of a statement is
SHA-256(label ‖ all that it signs), without the signature.
Big-endian.
"""

import base64
import binascii
import struct

from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.identity import SIGNATURE_BYTES, Identity
from nexcred.vault.primitives import COUNT_LIMIT, DIGEST_BYTES, digest, label, require_countable

# What `by` says of details that were there before statements: good only where they are pinned.
INHERITED = bytes(16)
ENDED = bytes(DIGEST_BYTES)

_DETAILS = struct.Struct(">Q32s32sQ16s")
_PART = struct.Struct(">BQ32s32sQ16s")


class DetailsStatement(NamedTuple):
    """The details of one revision. `previous` is the hash of the statement before it, zeros for the first."""

    revision: int
    digest: bytes
    previous: bytes
    list_version: int
    by: bytes
    signature: bytes = b""

    def message(self, vault_id: bytes, record_id: bytes) -> bytes:
        return label("details") + vault_id + record_id + _DETAILS.pack(*self[:-1])


class PartStatement(NamedTuple):
    """One of the other parts. A digest of zeros says that it ended; `details` are those that a session is for."""

    part: int
    list_version: int
    details: bytes
    digest: bytes
    serial: int
    by: bytes
    signature: bytes = b""

    @property
    def is_ended(self) -> bool:
        return self.digest == ENDED

    def message(self, vault_id: bytes, record_id: bytes) -> bytes:
        return label("part") + vault_id + record_id + _PART.pack(*self[:-1])


Statement = DetailsStatement | PartStatement


def sign_details(unsigned: DetailsStatement, signer: Identity, vault_id: bytes, record_id: bytes) -> DetailsStatement:
    """Raise Tampered at the end of counting."""
    require_countable(unsigned.revision, "the revision of a credential")
    return unsigned._replace(signature=signer.signing.sign(unsigned.message(vault_id, record_id)))


def sign_part(unsigned: PartStatement, signer: Identity, vault_id: bytes, record_id: bytes) -> PartStatement:
    """Raise Tampered at the end of counting."""
    require_countable(unsigned.serial, "the number of a part of a credential")
    return unsigned._replace(signature=signer.signing.sign(unsigned.message(vault_id, record_id)))


def hash_statement(statement: Statement, vault_id: bytes, record_id: bytes) -> bytes:
    """Return what pins and `previous` name a statement by; 32 bytes."""
    return hash_message(statement.message(vault_id, record_id))


def hash_message(message: bytes) -> bytes:
    """The same of what a statement signs."""
    return digest(label("statement"), message)


def digest_content(content: str) -> bytes:
    """Return what a statement says of a part that lies in the overview, and is no record; 32 bytes."""
    return digest(label("content"), content.encode())


def write_statement(statement: Statement) -> str:
    front = (_DETAILS if isinstance(statement, DetailsStatement) else _PART).pack(*statement[:-1])
    return base64.b64encode(front + statement.signature).decode()


def read_details_statement(text: str) -> DetailsStatement:
    """Undo `write_statement`; raise ValueError for anything else."""
    raw = _raw(text, _DETAILS.size)
    revision, body, previous, list_version, by = _DETAILS.unpack_from(raw)
    statement = DetailsStatement(revision, body, previous, list_version, by, raw[_DETAILS.size :])
    if not 0 < statement.revision < COUNT_LIMIT:
        raise ValueError("no statement")
    return statement


def read_part_statement(text: str) -> PartStatement:
    """Undo `write_statement`; raise ValueError for anything else."""
    raw = _raw(text, _PART.size)
    part, list_version, details, body, serial, by = _PART.unpack_from(raw)
    statement = PartStatement(part, list_version, details, body, serial, by, raw[_PART.size :])
    if not 0 < statement.serial < COUNT_LIMIT:
        raise ValueError("no statement")
    return statement


def revision_in(text: str) -> int:
    """Return the revision of a details statement, and nothing else: for going through thousands. Raise ValueError."""
    revision = int.from_bytes(binascii.a2b_base64(text[:12])[:8], "big")
    if not 0 < revision < COUNT_LIMIT:
        raise ValueError("no statement")
    return revision


def _raw(text: str, size: int) -> bytes:
    try:
        raw = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        raise ValueError("no statement") from None
    if len(raw) != size + SIGNATURE_BYTES or base64.b64encode(raw).decode() != text:
        raise ValueError("no statement")
    return raw
