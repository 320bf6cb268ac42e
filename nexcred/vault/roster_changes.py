"""Appending to the roster: members who join or leave, roles, new keys. Each entry is signed here."""

import os

from nexcred.errors import ChangedMeanwhile, Conflict, NotPermitted
from nexcred.vault.identity import NO_VAULT, Identity, PublicIdentity
from nexcred.vault.names_of_people import refuse_confusable
from nexcred.vault.primitives import DIGEST_BYTES
from nexcred.vault.rekey_proof import make_proof
from nexcred.vault.roster import Roster, read_roster
from nexcred.vault.roster_body import FORMAT_2, GUEST, OWNER, Member
from nexcred.vault.roster_entry import sign_entry
from nexcred.vault.roster_replay import ADD, ARRIVED, FORMAT, FOUND, MOST_ENTRIES, MOVED, REKEY, REMOVE, ROLE, WRITERS

# It moves, may move back, and arrives.
_OF_A_MOVE = 3


def found_roster(founder: Identity, organisation: str, full_name: str) -> Roster:
    """Begin a roster with its founder as owner; the vault's id follows from the entry."""
    body = {
        "op": FOUND,
        "format": FORMAT_2,
        "organisation": organisation,
        "name": full_name,
        "role": OWNER,
        "nonce": os.urandom(16).hex(),
    }
    entry = sign_entry(founder, founder.fingerprint, NO_VAULT, 0, bytes(DIGEST_BYTES), founder.public, body)
    return read_roster((entry,))


def with_member(
    roster: Roster, signer: Identity, public: PublicIdentity, full_name: str, role: str, until_ms: int | None = None
) -> Roster:
    """Append somebody; raise Conflict when the keys or the name are there already, NotPermitted for all but owners.

    Raises InvalidData for a name that could be taken for keys, or for a team.
    """
    there = roster.by_keys(public.fingerprint)
    if there is not None:
        raise Conflict(f"'{there.full_name}' is a member with these keys already")
    refuse_confusable(roster, full_name)
    if roster.is_spent(public):
        raise NotPermitted(
            "these keys were in the vault before, and cannot be used again",
            hint="make new ones with: nexcred identity new NAME --unbound",
        )
    until = {} if until_ms is None else {"until_ms": until_ms}
    _require_owner(roster, signer)
    return roster.append(signer, public, {"op": ADD, "name": full_name, "role": role, **until})


def without_member(roster: Roster, signer: Identity, member_id: bytes) -> Roster:
    """Append that somebody left; raise NotPermitted when no owner would stay, or `signer` is none."""
    _require_owner(roster, signer)
    leaving = _present(roster, member_id)
    _require_another_owner(roster, leaving)
    return roster.append(signer, leaving.public, {"op": REMOVE})


def with_role(roster: Roster, signer: Identity, member_id: bytes, role: str) -> Roster:
    """Append that somebody has another role from now on; raise NotPermitted as for who leaves."""
    _require_owner(roster, signer)
    member = _present(roster, member_id)
    if role != OWNER:
        _require_another_owner(roster, member)
    until = {} if role != GUEST or member.until_ms is None else {"until_ms": member.until_ms}
    return roster.append(signer, member.public, {"op": ROLE, "role": role, **until})


def with_new_keys(roster: Roster, old: Identity, new: Identity) -> Roster:
    """Append that a member replaced their keys; their member id stays. Raise NotPermitted for readers and guests."""
    member = roster.by_keys(old.fingerprint)
    if member is None or member.role not in WRITERS:
        raise NotPermitted(
            "a reader or a guest cannot replace their own keys",
            hint="an owner removes them, and lets them in with new keys: nexcred identity new NAME",
        )
    proof = make_proof(new, roster.vault_id, roster.length, roster.last_hash, member.id, old.fingerprint)
    return roster.append(old, new.public, {"op": REKEY, "proof": proof})


def with_format_2(roster: Roster, signer: Identity) -> Roster:
    """Append that from here on all is of version 2; raise NotPermitted for all but owners."""
    _require_owner(roster, signer)
    return roster.append(signer, signer.public, {"op": FORMAT, "format": FORMAT_2})


def with_move(roster: Roster, signer: Identity, url: str) -> Roster:
    """Append that the vault moves to another place, where `with_arrival` follows; raise NotPermitted."""
    _require_owner(roster, signer)
    if roster.length + _OF_A_MOVE > MOST_ENTRIES:
        raise NotPermitted("the roster of the vault is full: it would not get there")
    return roster.append(signer, signer.public, {"op": MOVED, "url": url})


def with_arrival(roster: Roster, signer: Identity, url: str) -> Roster:
    """Append that the vault is at this place now; raise NotPermitted for all but owners."""
    _require_owner(roster, signer)
    return roster.append(signer, signer.public, {"op": ARRIVED, "url": url})


def _present(roster: Roster, member_id: bytes) -> Member:
    member = roster.members.get(member_id)
    if member is None:
        raise ChangedMeanwhile(
            f"'{roster.name_of(member_id)}' no longer belongs to the vault", hint="see: nexcred member list"
        )
    return member


def _require_owner(roster: Roster, signer: Identity) -> None:
    member = roster.by_keys(signer.fingerprint)
    if member is None or member.role != OWNER:
        raise NotPermitted(
            "only an owner of the vault may change who belongs to it", hint="ask one of: " + _owners(roster)
        )


def _require_another_owner(roster: Roster, leaving: Member) -> None:
    owners = [one for one, member in roster.members.items() if member.role == OWNER]
    if owners == [leaving.id]:
        raise NotPermitted(
            f"'{leaving.full_name}' is the only owner, and a vault without one cannot be changed",
            hint="make another member an owner first: nexcred member role NAME owner",
        )


def _owners(roster: Roster) -> str:
    return ", ".join(member.full_name for member in roster.members.values() if member.role == OWNER)
