"""The roster: who belongs to a vault, as an append-only list of entries, each signed by an owner valid before it.

row = index 4 | nonce 12 | GCM(roster key, entry), associated data = vault_id ‖ index ‖ epoch. Big-endian.
vault_id = SHA-256(first entry)[:16], so that knowing a vault's id is knowing its founder.
"""

import os
import struct
from collections.abc import Mapping
from typing import NamedTuple

from nexcred.errors import Conflict, NotPermitted, Tampered
from nexcred.model.secret import repr_of
from nexcred.vault.identity import NO_VAULT, VAULT_ID_BYTES, Identity, PublicIdentity
from nexcred.vault.primitives import DIGEST_BYTES, NONCE_BYTES, WrongKey, decrypt, digest, encrypt, new_nonce
from nexcred.vault.roster_entry import hash_entry, parse_entry, sign_entry
from nexcred.vault.roster_replay import (
    ADD,
    FOUND,
    GUEST,
    MEMBER,
    OWNER,
    READER,
    REKEY,
    REMOVE,
    ROLES,
    UNSHARE,
    Member,
    Replay,
)

__all__ = ["GUEST", "MEMBER", "OWNER", "READER", "ROLES", "WRITERS", "Member", "Roster"]

WRITERS = frozenset({OWNER, MEMBER})

_ROW_START = struct.Struct(f">I{NONCE_BYTES}s")


class Roster(NamedTuple):
    """The roster after all its entries. `hashes` are those of the entries in order; the head names the last one.

    `members` are those of now, `known` all who ever were, since what they wrote still names them. `successors` leads
    from the fingerprint of keys that were replaced to that of the keys in their place. `least_versions` of access lists
    keep the older ones, with people on them who were taken off, from being put back.
    """

    vault_id: bytes
    organisation: str
    members: Mapping[bytes, Member]
    known: Mapping[bytes, Member]
    successors: Mapping[bytes, bytes]
    least_versions: Mapping[bytes, int]
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

    def __repr__(self) -> str:
        return repr_of(self, "vault_id", "organisation")


def found_roster(founder: Identity, organisation: str, full_name: str) -> Roster:
    """Begin a roster with its founder as owner; the vault's id follows from the entry."""
    body = {
        "op": FOUND,
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
    return _append(roster, signer, public, {"op": ADD, "name": full_name, "role": role})


def without_member(roster: Roster, signer: Identity, fingerprint: bytes) -> Roster:
    """Append that somebody left; raise NotPermitted when no owner would stay, or `signer` is none."""
    leaving = roster.members[fingerprint]
    owners = [one for one, member in roster.members.items() if member.role == OWNER]
    if owners == [fingerprint]:
        raise NotPermitted(
            f"'{leaving.full_name}' is the only owner, and a vault without one cannot be changed",
            hint="make another member an owner first: nexcred member add NAME PUBLIC-ID --role owner",
        )
    return _append(roster, signer, leaving.public, {"op": REMOVE})


def with_new_keys(roster: Roster, old: Identity, new: Identity) -> Roster:
    """Append that a member replaced his own keys; who he is to others stays."""
    entry = sign_entry(old, roster.vault_id, roster.length, roster.last_hash, new.public, {"op": REKEY})
    return read_roster((*roster.entries, entry))


def with_unshared(roster: Roster, signer: Identity, creator: bytes, salt: bytes, version: int) -> Roster:
    """Append that no access list of this record before `version` may be sealed by any more."""
    body = {"op": UNSHARE, "creator": creator.hex(), "salt": salt.hex(), "version": version}
    entry = sign_entry(signer, roster.vault_id, roster.length, roster.last_hash, signer.public, body)
    return read_roster((*roster.entries, entry))


def read_roster(entries: tuple[bytes, ...]) -> Roster:
    """Replay signed entries; raise Tampered for the first that was not signed by an owner before it."""
    if not entries:
        raise Tampered("the roster of the vault is empty")
    replay = Replay(digest(entries[0])[:VAULT_ID_BYTES])
    hashes: list[bytes] = []
    for index, raw in enumerate(entries):
        entry = parse_entry(raw, index)
        if entry.previous != (hashes[-1] if hashes else bytes(DIGEST_BYTES)):
            raise Tampered("the roster of the vault was changed")
        replay.apply(entry)
        hashes.append(hash_entry(raw))
    return Roster(
        replay.vault_id,
        replay.organisation,
        replay.members,
        replay.known,
        replay.successors,
        replay.least_versions,
        entries,
        tuple(hashes),
    )


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


def _row_context(vault_id: bytes, index: int, epoch: int) -> bytes:
    return vault_id + struct.pack(">II", index, epoch)
