"""Entries of a roster as any program could sign them, and what an honest one makes of them."""

from collections.abc import Mapping

from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.rekey_proof import make_proof
from nexcred.vault.roster import Roster, Seen, read_roster
from nexcred.vault.roster_changes import found_roster, with_member
from nexcred.vault.roster_entry import hash_entry, sign_entry

ADA, BOB, CYD, EVE, NEW = (Identity(letter * 32, bytes(16)) for letter in (b"a", b"b", b"c", b"e", b"n"))
TEAM_BODY = {"op": "team", "name": "ops"}


def two(role: str) -> Roster:
    """Return a roster of Ada, who is its owner, and Bob."""
    return with_member(found_roster(ADA, "Example", "Ada"), ADA, BOB.public, "Bob", role)


def signed(
    roster: Roster,
    signer: Identity,
    body: Mapping[str, object],
    *,
    about: PublicIdentity | None = None,
    named: bytes | None = None,
) -> bytes:
    """Sign the next entry, whether it is allowed or not; `named` is who it says that signed."""
    who = named or roster.id_of(signer.fingerprint)
    return sign_entry(signer, who, roster.vault_id, roster.length, roster.last_hash, about or signer.public, body)


def after(roster: Roster, *entries: bytes) -> Roster:
    """Read a roster with more entries, as a machine does that has seen the roster, and none of these."""
    return read_roster((*roster.entries, *entries), roster.seen)


def then(roster: Roster, signer: Identity, body: Mapping[str, object], about: PublicIdentity | None = None) -> Roster:
    return after(roster, signed(roster, signer, body, about=about))


def rekey_body(roster: Roster, old: Identity, new: Identity, prover: Identity | None = None) -> dict[str, object]:
    member_id = roster.id_of(old.fingerprint)
    place = (roster.vault_id, roster.length, roster.last_hash, member_id, old.fingerprint)
    assert new.fingerprint == (prover or new).fingerprint or prover is not None
    return {"op": "rekey", "proof": make_proof(prover or new, *place)}


def filled(roster: Roster, signer: Identity, body: Mapping[str, object], count: int) -> Roster:
    """Append so many entries at once, as one may; quicker than one by one."""
    entries, last = list(roster.entries), roster.last_hash
    for _ in range(count):
        who = roster.id_of(signer.fingerprint)
        entries.append(sign_entry(signer, who, roster.vault_id, len(entries), last, signer.public, body))
        last = hash_entry(entries[-1])
    return read_roster(tuple(entries), Seen(len(entries), last))
