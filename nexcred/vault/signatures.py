"""Verifying members' signatures, once each: for many records other processes do it ahead.

What was found right is known by SHA-256(Ed25519 public key 32 ‖ size of the signature 2 ‖ signature ‖ message): never
by a record, nor by who asks. It is kept as long as a proved state is, in memory alone.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from cryptography.exceptions import InvalidSignature

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.vault.access_list import AccessList
from nexcred.vault.overview import Overview
from nexcred.vault.primitives import DIGEST_BYTES, digest
from nexcred.vault.roster import Member, Roster
from nexcred.vault.statements import hash_message

NOTHING_CHECKED: AbstractSet[bytes] = frozenset()


class Claim(NamedTuple):
    """A signature to verify, with its message and its supposed signer."""

    signer: Member
    signature: bytes
    message: bytes

    def __repr__(self) -> str:
        return repr_of(self)


def is_signed(claim: Claim, checked: AbstractSet[bytes] = NOTHING_CHECKED) -> bool:
    """True for a valid signature; `checked` are those that `right_of` found valid."""
    if checked and _fact(claim) in checked:
        return True
    try:
        claim.signer.public.signing.verify(claim.signature, claim.message)
    except InvalidSignature:
        return False
    return True


def claims_of(overview: Overview, roster: Roster, *, with_statements: bool = True) -> Iterator[Claim]:
    """Yield what proving a record asks for: who signed its list, and the statements that the list does not pin."""
    access, vault_id = overview.access, roster.vault_id
    if not isinstance(access, AccessList):
        return
    if access.signer in roster.members:
        yield Claim(roster.members[access.signer], access.signature, access.message(vault_id))
    if not with_statements:
        return
    for statement in (overview.statement, *(part.statement for part in overview.parts)):
        if statement is not None and statement.by in roster.members:
            message = statement.message(vault_id, access.record_id)
            if hash_message(message) not in access.pins:
                yield Claim(roster.members[statement.by], statement.signature, message)


def right_of(claims: Iterable[Claim]) -> bytes:
    """Check them, and return what is known of those that are right, in a row: what a process hands to another."""
    return b"".join(_fact(claim) for claim in claims if is_signed(claim))


def read_right(facts: bytes) -> AbstractSet[bytes]:
    """Read the result of `right_of` as a set."""
    return {facts[at : at + DIGEST_BYTES] for at in range(0, len(facts), DIGEST_BYTES)}


def _fact(claim: Claim) -> bytes:
    size = len(claim.signature).to_bytes(2, "big")
    return digest(claim.signer.public.signing.public_bytes_raw(), size, claim.signature, claim.message)
