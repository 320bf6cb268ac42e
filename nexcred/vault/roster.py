"""The roster: who belongs to a vault, as an append-only list of entries, each signed by an owner valid before it.

row = index 4 | nonce 12 | GCM(roster key, entry), associated data = vault_id ‖ index ‖ epoch. Big-endian.
vault_id = SHA-256(first entry)[:16], so that knowing a vault's id is knowing its founder.
"""

import os
import struct
from collections.abc import Mapping
from typing import NamedTuple

from nexcred.errors import Conflict, MadeByNewer, NotPermitted, Tampered
from nexcred.vault.identity import NO_VAULT, VAULT_ID_BYTES, Identity, PublicIdentity
from nexcred.vault.primitives import DIGEST_BYTES, NONCE_BYTES, WrongKey, decrypt, digest, encrypt, new_nonce
from nexcred.vault.roster_entry import Entry, hash_entry, parse_entry, sign_entry, verify_entry

OWNER, MEMBER, READER, GUEST = "owner", "member", "reader", "guest"
ROLES = (OWNER, MEMBER, READER, GUEST)
WRITERS = frozenset({OWNER, MEMBER})

_FOUND, _ADD, _REMOVE, _REKEY = _OPERATIONS = ("found", "add", "remove", "rekey")
_ROW_START = struct.Struct(f">I{NONCE_BYTES}s")


class Member(NamedTuple):
    """Somebody in the roster. `full_name` is free text; who he is, is his keys."""

    public: PublicIdentity
    full_name: str
    role: str


class Roster(NamedTuple):
    """The roster after all its entries. `hashes` are those of the entries in order; the head names the last one.

    `members` are those of now, `known` all who ever were, since what they wrote still names them. `successors` leads
    from the fingerprint of keys that were replaced to that of the keys in their place.
    """

    vault_id: bytes
    organisation: str
    members: Mapping[bytes, Member]
    known: Mapping[bytes, Member]
    successors: Mapping[bytes, bytes]
    entries: tuple[bytes, ...]
    hashes: tuple[bytes, ...]

    @property
    def length(self) -> int:
        return len(self.entries)

    @property
    def last_hash(self) -> bytes:
        return self.hashes[-1]

    def present(self, fingerprint: bytes) -> Member | None:
        """Return who holds these keys, or the keys that came in their place; None for who left."""
        return self.members.get(self.newest(fingerprint))

    def newest(self, fingerprint: bytes) -> bytes:
        """Return the fingerprint of the keys that these were replaced with, or of these."""
        while fingerprint in self.successors:
            fingerprint = self.successors[fingerprint]
        return fingerprint

    def find(self, full_name: str) -> bytes | None:
        """Return the fingerprint of the present member of this name."""
        folded = full_name.casefold()
        for fingerprint, member in self.members.items():
            if member.full_name.casefold() == folded:
                return fingerprint
        return None


def found_roster(founder: Identity, organisation: str, full_name: str) -> Roster:
    """Begin a roster with its founder as owner; the vault's id follows from the entry."""
    body = {
        "op": _FOUND,
        "organisation": organisation,
        "name": full_name,
        "role": OWNER,
        "nonce": os.urandom(16).hex(),
    }
    entry = sign_entry(founder, NO_VAULT, 0, bytes(DIGEST_BYTES), founder.public, body)
    return read_roster((entry,))


def with_member(roster: Roster, signer: Identity, public: PublicIdentity, full_name: str, role: str) -> Roster:
    """Append somebody; raise Conflict when the keys or the name are there already, NotPermitted for all but owners."""
    if public.fingerprint in roster.members:
        raise Conflict(f"'{roster.members[public.fingerprint].full_name}' is a member with these keys already")
    if roster.find(full_name) is not None:
        raise Conflict(f"a member is named '{full_name}' already", hint="choose another name for the new one")
    return _append(roster, signer, public, {"op": _ADD, "name": full_name, "role": role})


def without_member(roster: Roster, signer: Identity, fingerprint: bytes) -> Roster:
    """Append that somebody left; raise NotPermitted when no owner would stay, or `signer` is none."""
    leaving = roster.members[fingerprint]
    owners = [one for one, member in roster.members.items() if member.role == OWNER]
    if owners == [fingerprint]:
        raise NotPermitted(
            f"'{leaving.full_name}' is the only owner, and a vault without one cannot be changed",
            hint="make another member an owner first: nexcred member add NAME PUBLIC-ID --role owner",
        )
    return _append(roster, signer, leaving.public, {"op": _REMOVE})


def with_new_keys(roster: Roster, old: Identity, new: Identity) -> Roster:
    """Append that a member replaced his own keys; who he is to others stays."""
    entry = sign_entry(old, roster.vault_id, roster.length, roster.last_hash, new.public, {"op": _REKEY})
    return read_roster((*roster.entries, entry))


def read_roster(entries: tuple[bytes, ...]) -> Roster:
    """Replay signed entries; raise Tampered for the first that was not signed by an owner before it."""
    if not entries:
        raise Tampered("the roster of the vault is empty")
    vault_id = digest(entries[0])[:VAULT_ID_BYTES]
    members: dict[bytes, Member] = {}
    known: dict[bytes, Member] = {}
    successors: dict[bytes, bytes] = {}
    hashes: list[bytes] = []
    organisation = ""
    for index, raw in enumerate(entries):
        entry = parse_entry(raw, index)
        if entry.previous != (hashes[-1] if hashes else bytes(DIGEST_BYTES)):
            raise Tampered("the roster of the vault was changed")
        if index == 0:
            organisation = _found(entry, members)
        else:
            _apply(entry, vault_id, members, successors)
        known |= members
        hashes.append(hash_entry(raw))
    return Roster(vault_id, organisation, members, known, successors, entries, tuple(hashes))


def seal_roster(roster: Roster, roster_key: bytes, epoch: int) -> tuple[bytes, ...]:
    """Return the rows as a store keeps them."""
    rows = []
    for index, entry in enumerate(roster.entries):
        nonce = new_nonce()
        sealed = encrypt(roster_key, nonce, entry, _row_context(roster.vault_id, index, epoch))
        rows.append(_ROW_START.pack(index, nonce) + sealed)
    return tuple(rows)


def open_roster(rows: tuple[bytes, ...], roster_key: bytes, vault_id: bytes, epoch: int) -> Roster:
    """Open and replay the rows; raise Tampered."""
    entries = []
    for expected, row in enumerate(rows):
        if len(row) < _ROW_START.size:
            raise Tampered("the roster of the vault is damaged")
        index, nonce = _ROW_START.unpack_from(row)
        if index != expected:
            raise Tampered("the roster of the vault is out of order")
        try:
            entries.append(decrypt(roster_key, nonce, row[_ROW_START.size :], _row_context(vault_id, index, epoch)))
        except WrongKey:
            raise Tampered("the roster of the vault was changed") from None
    roster = read_roster(tuple(entries))
    if roster.vault_id != vault_id:
        raise Tampered("the roster belongs to another vault")
    return roster


def _append(roster: Roster, signer: Identity, subject: PublicIdentity, body: Mapping[str, object]) -> Roster:
    member = roster.members.get(signer.fingerprint)
    if member is None or member.role != OWNER:
        raise NotPermitted(
            "only an owner of the vault may change who belongs to it", hint="ask one of: " + _owners(roster)
        )
    entry = sign_entry(signer, roster.vault_id, roster.length, roster.last_hash, subject, body)
    return read_roster((*roster.entries, entry))


def _owners(roster: Roster) -> str:
    return ", ".join(member.full_name for member in roster.members.values() if member.role == OWNER)


def _found(entry: Entry, members: dict[bytes, Member]) -> str:
    if entry.body.get("op") not in _OPERATIONS:
        raise _made_by_newer()
    if entry.body.get("op") != _FOUND or entry.signer != entry.subject.fingerprint:
        raise Tampered("the roster of the vault does not begin with its founder")
    verify_entry(entry, entry.subject, NO_VAULT)
    founder = _member(entry)
    if founder.role != OWNER:
        raise Tampered("the roster leaves the vault without an owner")
    members[entry.subject.fingerprint] = founder
    return str(entry.body.get("organisation", ""))


def _apply(entry: Entry, vault_id: bytes, members: dict[bytes, Member], successors: dict[bytes, bytes]) -> None:
    operation, fingerprint = entry.body.get("op"), entry.subject.fingerprint
    signer = members.get(entry.signer)
    if signer is None or (signer.role != OWNER and operation != _REKEY):
        raise Tampered("an entry of the roster is signed by somebody who may not")
    verify_entry(entry, signer.public, vault_id)
    is_known = fingerprint in members or fingerprint in successors
    if operation == _REKEY and not is_known:
        members[fingerprint] = members.pop(entry.signer)._replace(public=entry.subject)
        successors[entry.signer] = fingerprint
    elif operation == _ADD and not is_known:
        members[fingerprint] = _member(entry)
    elif operation == _REMOVE and fingerprint in members:
        del members[fingerprint]
    elif operation in _OPERATIONS:
        raise Tampered("an entry of the roster changes what is not there")
    else:
        raise _made_by_newer()
    if all(member.role != OWNER for member in members.values()):
        raise Tampered("the roster leaves the vault without an owner")


def _made_by_newer() -> MadeByNewer:
    return MadeByNewer("the roster has an entry that this version does not know", hint="update nexcred, then try again")


def _member(entry: Entry) -> Member:
    full_name, role = entry.body.get("name"), entry.body.get("role")
    if not isinstance(full_name, str) or role not in ROLES:
        raise Tampered("an entry of the roster is damaged")
    return Member(entry.subject, full_name, str(role))


def _row_context(vault_id: bytes, index: int, epoch: int) -> bytes:
    return vault_id + struct.pack(">II", index, epoch)
