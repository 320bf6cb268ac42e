"""The roster: who belongs to a vault, as an append-only list of entries, each signed by an owner valid before it.

entry = previous hash 32 | signer 16 | agreement key (length 2, bytes) | signing key (length 2, bytes) |
        body (length 4, JSON) | Ed25519 64
row   = index 4 | nonce 12 | GCM(roster key, entry), associated data = vault_id ‖ index ‖ epoch. Big-endian.
vault_id = SHA-256(first entry)[:16], so that knowing a vault's id is knowing its founder.
"""

import json
import os
import struct
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature

from nexcred.errors import MadeByNewer, NexcredError, Tampered
from nexcred.model.strict_json import loads
from nexcred.vault.identity import (
    FINGERPRINT_BYTES,
    NO_VAULT,
    SIGNATURE_BYTES,
    VAULT_ID_BYTES,
    Identity,
    PublicIdentity,
)
from nexcred.vault.primitives import (
    DIGEST_BYTES,
    NONCE_BYTES,
    WrongKey,
    decrypt,
    digest,
    encrypt,
    label,
    new_nonce,
)

OWNER, MEMBER = "owner", "member"
WRITERS = frozenset({OWNER, MEMBER})

_ROW_START = struct.Struct(f">I{NONCE_BYTES}s")


class Member(NamedTuple):
    """Somebody in the roster. `full_name` is free text; who he is, is his keys."""

    public: PublicIdentity
    full_name: str
    role: str


class Roster(NamedTuple):
    """The roster after all its entries. `hashes` are those of the entries in order; the head names the last one."""

    vault_id: bytes
    organisation: str
    members: Mapping[bytes, Member]
    entries: tuple[bytes, ...]
    hashes: tuple[bytes, ...]

    @property
    def length(self) -> int:
        return len(self.entries)

    @property
    def last_hash(self) -> bytes:
        return self.hashes[-1]


def found_roster(founder: Identity, organisation: str, full_name: str) -> Roster:
    """Begin a roster with its founder as owner; the vault's id follows from the entry."""
    body = {
        "op": "found",
        "organisation": organisation,
        "name": full_name,
        "role": OWNER,
        "nonce": os.urandom(16).hex(),
    }
    entry = _sign_entry(founder, NO_VAULT, 0, bytes(DIGEST_BYTES), founder.public, body)
    return read_roster((entry,))


def read_roster(entries: tuple[bytes, ...]) -> Roster:
    """Replay signed entries; raise Tampered for the first that was not signed by an owner before it."""
    if not entries:
        raise Tampered("the roster of the vault is empty")
    vault_id = digest(entries[0])[:VAULT_ID_BYTES]
    members: dict[bytes, Member] = {}
    organisation = ""
    hashes: list[bytes] = []
    for index, entry in enumerate(entries):
        previous = hashes[-1] if hashes else bytes(DIGEST_BYTES)
        parsed = _parse_entry(entry)
        member, body = parsed.member, parsed.body
        if index > 0 or body["op"] != "found":
            raise MadeByNewer(
                "the roster has an entry that this version does not know", hint="update nexcred, then try again"
            )
        if parsed.signer != member.public.fingerprint or parsed.previous != previous:
            raise Tampered("the roster of the vault was changed")
        _verify(parsed, member.public, NO_VAULT, index)
        organisation = str(body.get("organisation", ""))
        members[member.public.fingerprint] = member
        hashes.append(digest(label("roster entry"), entry))
    return Roster(vault_id, organisation, members, entries, tuple(hashes))


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


class _Entry(NamedTuple):
    previous: bytes
    signer: bytes
    member: Member
    body: Mapping[str, object]
    signed: bytes
    signature: bytes


def _sign_entry(
    signer: Identity,
    vault_id: bytes,
    index: int,
    previous: bytes,
    subject: PublicIdentity,
    body: Mapping[str, object],
) -> bytes:
    agreement, signing = subject.keys
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    unsigned = b"".join(
        (
            previous,
            signer.fingerprint,
            struct.pack(">H", len(agreement)) + agreement,
            struct.pack(">H", len(signing)) + signing,
            struct.pack(">I", len(encoded)) + encoded,
        )
    )
    return unsigned + signer.signing.sign(_message(vault_id, index, unsigned))


def _parse_entry(entry: bytes) -> _Entry:
    try:
        rest = entry[DIGEST_BYTES + FINGERPRINT_BYTES :]
        agreement, rest = _take(rest, 2)
        signing, rest = _take(rest, 2)
        encoded, signature = _take(rest, 4)
        body = loads(encoded)
        if not isinstance(body, dict) or len(signature) != SIGNATURE_BYTES:
            raise ValueError
        member = Member(PublicIdentity(agreement, signing), str(body["name"]), str(body["role"]))
        body["op"]  # every entry says what it does
    except (ValueError, KeyError, NexcredError):
        raise Tampered("an entry of the roster is damaged") from None
    previous, signer = entry[:DIGEST_BYTES], entry[DIGEST_BYTES : DIGEST_BYTES + FINGERPRINT_BYTES]
    return _Entry(previous, signer, member, body, entry[:-SIGNATURE_BYTES], signature)


def _take(data: bytes, width: int) -> tuple[bytes, bytes]:
    size = int.from_bytes(data[:width], "big")
    if len(data) < width + size:
        raise ValueError("cut short")
    return data[width : width + size], data[width + size :]


def _verify(entry: _Entry, signer: PublicIdentity, vault_id: bytes, index: int) -> None:
    try:
        signer.signing.verify(entry.signature, _message(vault_id, index, entry.signed))
    except InvalidSignature:
        raise Tampered("an entry of the roster is not signed by who it names") from None


def _message(vault_id: bytes, index: int, unsigned: bytes) -> bytes:
    return label("roster") + vault_id + struct.pack(">I", index) + unsigned


def _row_context(vault_id: bytes, index: int, epoch: int) -> bytes:
    return vault_id + struct.pack(">II", index, epoch)
