"""The roster: who belongs to a vault, as an append-only list of entries, each signed by somebody valid before it.

row = index 4 | nonce 12 | GCM(roster key, pad(entry)), associated data = vault_id ‖ index ‖ epoch ‖ 2. Big-endian; in
version 1 without the padding and the 2. vault_id = SHA-256(first entry)[:16], so that knowing a vault's id is knowing
its founder.
"""

import struct
from collections.abc import Mapping

from nexcred.errors import NotPermitted, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.text import make_visible
from nexcred.vault.identity import VAULT_ID_BYTES, Identity, PublicIdentity
from nexcred.vault.padding import pad, unpad
from nexcred.vault.primitives import (
    DIGEST_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    WrongKey,
    decrypt,
    digest,
    encrypt,
    new_nonce,
    same,
)
from nexcred.vault.roster_body import FORMAT_2, GUEST, MEMBER, OWNER, READER, ROLES, Member, Team
from nexcred.vault.roster_entry import hash_entry, parse_entry, sign_entry
from nexcred.vault.roster_records import Least
from nexcred.vault.roster_replay import MOST_ENTRIES, WRITERS, Replay

__all__ = ["GUEST", "MEMBER", "OWNER", "READER", "ROLES", "WRITERS", "Member", "Roster", "Team"]

# What a team's name begins with where it could be a member's.
TEAM_PREFIX = "team:"
# The setting that names the teams that what is added is shared with, by their ids in hex.
SHARE_WITH = "share-with"
BRING_BACK = "nobody opens the vault until an owner brings a backup back: nexcred vault restore-backup FILE"
_ROW_START = struct.Struct(f">I{NONCE_BYTES}s")

_ANY = Least(0)


class Seen(NamedTuple):
    """A roster that was verified before, by its length and last hash: its signatures are not verified again."""

    length: int
    last_hash: bytes


class Roster:
    """The roster after all its entries. `hashes` are those of the entries in order; the head names the last one.

    `members` are those of now, `known` all who ever were, both by member id. Treat it as frozen: `append` returns
    another one.
    """

    __slots__ = ("_replay", "entries", "hashes")

    def __init__(self, replay: Replay, entries: tuple[bytes, ...], hashes: tuple[bytes, ...]) -> None:
        self._replay = replay
        self.entries = entries
        self.hashes = hashes

    def __repr__(self) -> str:
        return f"Roster({self.length})"

    @property
    def vault_id(self) -> bytes:
        return self._replay.vault_id

    @property
    def organisation(self) -> str:
        return self._replay.organisation

    @property
    def is_first_format(self) -> bool:
        """True for a vault of version 1, which is read, upgraded, and not written to."""
        return self._replay.format != FORMAT_2

    @property
    def members(self) -> Mapping[bytes, Member]:
        return self._replay.members

    @property
    def known(self) -> Mapping[bytes, Member]:
        return self._replay.known

    @property
    def teams(self) -> Mapping[bytes, Team]:
        return self._replay.teams

    @property
    def settings(self) -> Mapping[str, object]:
        return self._replay.settings

    @property
    def shared_by_default(self) -> tuple[bytes, ...]:
        """The ids of the teams that what is added is shared with; none where the setting holds something else.

        A team that ended is not taken for a later one of its name.
        """
        said = self.settings.get(SHARE_WITH)
        wanted = set(said) if isinstance(said, list) and all(isinstance(one, str) for one in said) else set()
        return tuple(one for one in self.teams if one.hex() in wanted)

    @property
    def restored_generation(self) -> int:
        """No access list from before this is believed, since a backup was brought back."""
        return self._replay.restored_generation

    @property
    def moved_to(self) -> str | None:
        """The place to which the vault moved from here, as an owner signed it; None where it is here."""
        return self._replay.moved_to

    @property
    def leaps(self) -> Mapping[int, int]:
        """Return, by the generation of each restored state, that of the state which it was brought back over."""
        return self._replay.leaps

    @property
    def restored_heads(self) -> tuple[bytes, ...]:
        """The hashes of the heads over which a backup was brought back, or which came into another copy, in order."""
        return self._replay.restored_heads

    @property
    def had_one_writer(self) -> bool:
        """True where only the founder could ever write: then everything is theirs."""
        return len(self._replay.writers) == 1

    @property
    def is_alone(self) -> bool:
        """True where one member is the whole vault."""
        return len(self.members) == 1

    @property
    def length(self) -> int:
        return len(self.entries)

    @property
    def last_hash(self) -> bytes:
        return self.hashes[-1]

    @property
    def seen(self) -> Seen:
        return Seen(self.length, self.last_hash)

    def extends(self, seen: Seen) -> bool:
        """True when this roster begins with that one."""
        return 0 < seen.length <= self.length and same(self.hashes[seen.length - 1], seen.last_hash)

    def as_of(self, length: int) -> "Roster | None":
        """Return the roster as it was with so many entries; None for more than there are, or none."""
        if not 0 < length <= self.length:
            return None
        return read_roster(self.entries[:length], Seen(length, self.hashes[length - 1]))

    def id_of(self, fingerprint: bytes) -> bytes:
        """Return the member id for present or former keys; a member id stands for itself."""
        return self._replay.id_of(fingerprint)

    def by_keys(self, fingerprint: bytes) -> Member | None:
        """Return the present member whose present keys these are."""
        return self.members.get(self._replay.holders.get(fingerprint, b""))

    def present(self, fingerprint: bytes) -> Member | None:
        """Return the present member with this member id, or whose keys these are or were; None if they left."""
        return self.members.get(self.id_of(fingerprint))

    def name_of(self, fingerprint: bytes) -> str:
        known = self.known.get(self.id_of(fingerprint))
        return known.full_name if known else "somebody unknown"

    def least_of(self, record_id: bytes) -> Least:
        """Return the least version that the access list of a record must have."""
        least = self._replay.least_versions.get(record_id, _ANY)
        restored = self._replay.restored_generation
        return least if least.version >= restored else least._replace(version=restored)

    def is_spent(self, public: PublicIdentity) -> bool:
        """True for keys that ever stood here, and in version 2 for a signing key that did."""
        if self.is_first_format:
            return False
        return bool(self._replay.spent & {public.fingerprint, public.keys[1]})

    @property
    def has_taken_off(self) -> bool:
        """True where somebody was ever taken off a record."""
        return bool(self._replay.taken_off)

    def taken_off(self, record_id: bytes, *, since: int) -> frozenset[bytes]:
        """Return the members that a later list took off a record, including those taken off several records at once."""
        found, steps = set[bytes](), self._replay.taken_off.get(record_id, ())
        while steps:
            (step,) = steps
            found |= set(step.who) if step.version > since else set()
            steps = step.before
        return frozenset(found)

    def may_append(self) -> bool:
        return self.length < MOST_ENTRIES

    def append(self, signer: Identity, subject: PublicIdentity, body: Mapping[str, object]) -> "Roster":
        """Return the roster with one more entry; raise NotPermitted for one that this signer may not add."""
        return self._append(self._sign(signer, subject, body))

    def _sign(self, signer: Identity, subject: PublicIdentity, body: Mapping[str, object]) -> bytes:
        member = self.by_keys(signer.fingerprint)
        if member is None:
            raise NotPermitted("this identity is not in the roster of the vault")
        named = signer.fingerprint if self.is_first_format else member.id
        return sign_entry(signer, named, self.vault_id, self.length, self.last_hash, subject, body)

    def _append(self, raw: bytes) -> "Roster":
        if not self.may_append():
            raise NotPermitted("the roster of the vault is full: nobody can come, leave or be taken off")
        replay = self._replay.copy()
        try:
            replay.apply(parse_entry(raw, self.length), is_trusted=True)  # it was signed here
        except Tampered as error:
            raise NotPermitted(f"this would not be valid: {error.message}") from None
        return Roster(replay, (*self.entries, raw), (*self.hashes, hash_entry(raw)))


def moved_note(url: str) -> str:
    """Say that the vault went there; the place is what an owner wrote."""
    return make_visible(f"this vault moved to {url}, and only reads here")


def read_roster(entries: tuple[bytes, ...], seen: Seen | None = None) -> Roster:
    """Replay entries; raise Tampered for the first that was not signed by somebody who might before it.

    Those of a roster that was `seen` are taken as verified, if the hashes lead to it.
    """
    if not entries:
        raise Tampered("the roster of the vault is empty")
    if len(entries) > MOST_ENTRIES:
        raise Tampered("the roster of the vault has more entries than can be")
    hashes = tuple(hash_entry(raw) for raw in entries)
    trusted = (
        seen.length if seen and seen.length <= len(hashes) and same(hashes[seen.length - 1], seen.last_hash) else 0
    )
    replay = Replay(digest(entries[0])[:VAULT_ID_BYTES])
    for index, raw in enumerate(entries):
        entry = parse_entry(raw, index)
        if entry.previous != (hashes[index - 1] if index else bytes(DIGEST_BYTES)):
            raise Tampered("the roster of the vault was changed")
        try:
            replay.apply(entry, is_trusted=index < trusted)
        except Tampered as error:
            raise Tampered(error.message, hint=error.hint or BRING_BACK) from None
    return Roster(replay, entries, hashes)


def seal_roster(roster: Roster, roster_key: bytes, epoch: int) -> tuple[bytes, ...]:
    """Return the rows as a store keeps them."""
    rows = []
    for index, entry in enumerate(roster.entries):
        nonce = new_nonce()
        plain = entry if roster.is_first_format else pad(entry)
        context = _row_context(roster.vault_id, index, epoch, is_first_format=roster.is_first_format)
        rows.append(_ROW_START.pack(index, nonce) + encrypt(roster_key, nonce, plain, context))
    return tuple(rows)


def open_roster(
    rows: tuple[bytes, ...],
    roster_key: bytes,
    vault_id: bytes,
    epoch: int,
    seen: Seen | None = None,
    *,
    is_first_format: bool = False,
) -> Roster:
    """Open and replay the rows; raise Tampered."""
    entries = []
    for expected, row in enumerate(rows):
        if len(row) < _ROW_START.size + TAG_BYTES:
            raise Tampered("the roster of the vault is damaged")
        index, nonce = _ROW_START.unpack_from(row)
        if index != expected:
            raise Tampered("the roster of the vault is out of order")
        context = _row_context(vault_id, index, epoch, is_first_format=is_first_format)
        try:
            plain = decrypt(roster_key, nonce, row[_ROW_START.size :], context)
        except WrongKey:
            raise Tampered("the roster of the vault was changed") from None
        entries.append(plain if is_first_format else unpad(plain))
    roster = read_roster(tuple(entries), seen)
    if roster.vault_id != vault_id:
        raise Tampered("the roster belongs to another vault")
    if roster.is_first_format != is_first_format:
        raise Tampered("the head of the vault says another version than its roster")
    return roster


def _row_context(vault_id: bytes, index: int, epoch: int, *, is_first_format: bool) -> bytes:
    context = vault_id + struct.pack(">II", index, epoch)
    return context if is_first_format else context + b"\x02"
