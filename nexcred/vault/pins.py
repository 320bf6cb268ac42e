"""Pins: what this identity saw, on this machine, of each record that it used, so that a member cannot put one back.

A name leads to a record id; a record to list version 8 ‖ list hash 32 ‖ revision 8 ‖ details hash 32 ‖
4 × (hash 32 ‖ serial 8) for the parts 3 to 6 ‖ writers × member id 16. Keyed by HMAC(HKDF(seed, "pins"), what ‖
vault_id ‖ …), so that the state folder tells no names.
"""

import struct
from collections.abc import Collection, Iterable, Mapping

from nexcred.errors import RolledBack
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import NOTHING, PINNED, WRITE, AccessList, hash_list
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview
from nexcred.vault.primitives import derive, keyed_digest
from nexcred.vault.roster import Roster
from nexcred.vault.statements import hash_statement

KEY_BYTES = 16
_MOST_WRITERS = 64
_FRONT = struct.Struct(">Q32sQ32s")
_PART = struct.Struct(">32sQ")
_PARTS = PINNED[1:]
_END = _FRONT.size + len(_PARTS) * _PART.size


class RecordPin(NamedTuple):
    """What was seen of a record; `parts` are (hash, serial) of the parts 3 to 6, `writers` who might write it."""

    list_version: int
    list_hash: bytes
    revision: int
    details_hash: bytes
    parts: tuple[tuple[bytes, int], ...]
    writers: tuple[bytes, ...]


class PinKeys:
    """The keys of an identity's pins for a vault."""

    def __init__(self, identity: Identity, vault_id: bytes) -> None:
        self._key = derive(identity.seed, "pins")
        self._vault_id = vault_id

    def __repr__(self) -> str:
        return "PinKeys()"

    def of_name(self, name: str) -> bytes:
        return self._of(b"name\0", fold_name(name).encode(errors="surrogatepass"))

    def of_followed(self, name: str) -> bytes:
        """The key for a name that was followed to another record unasked: good for reading, not for sealing."""
        return self._of(b"followed\0", fold_name(name).encode(errors="surrogatepass"))

    def of_record(self, record_id: bytes) -> bytes:
        return self._of(b"record\0", record_id)

    def of_confirmed(self, record_id: bytes) -> bytes:
        """The key for inherited values that this person confirmed: the hash of their statement."""
        return self._of(b"confirmed\0", record_id)

    def of_field_names(self, record_id: bytes) -> bytes:
        """Where it is kept that this person knows what the record's fields are called: `digest_of` the names."""
        return self._of(b"field names\0", record_id)

    def of_teams(self) -> bytes:
        """Where it is kept for whom everything that this identity holds was sealed here: `digest_of_teams`."""
        return self._of(b"teams\0", b"")

    def digest_of_teams(self, teams: Mapping[bytes, Collection[bytes]]) -> bytes:
        """Return what stands for the members of teams, all by their ids."""
        joined = b"".join(
            one + len(who).to_bytes(4, "big") + b"".join(sorted(who)) for one, who in sorted(teams.items())
        )
        return keyed_digest(self._key, b"members\0" + self._vault_id + joined)

    def digest_of(self, record_id: bytes, names: Iterable[str]) -> bytes:
        """Return what stands for a set of names of fields."""
        joined = "\0".join(sorted(names)).encode(errors="surrogatepass")
        return keyed_digest(self._key, b"named\0" + self._vault_id + record_id + joined)

    def all_of(self, name: str, record_id: bytes) -> tuple[bytes, ...]:
        """Where everything lies that is kept of a record under a name, in one order."""
        return self.of_name(name), self.of_followed(name), self.of_record(record_id), self.of_confirmed(record_id)

    def _of(self, what: bytes, which: bytes) -> bytes:
        return keyed_digest(self._key, what + self._vault_id + which)[:KEY_BYTES]


def pin_of(record: VerifiedRecord, vault_id: bytes) -> RecordPin:
    access = record.list.access
    parts = tuple(
        (record.part_hashes.get(part, NOTHING), record.parts[part].serial if part in record.parts else 0)
        for part in _PARTS
    )
    return RecordPin(
        access.version,
        hash_list(access, vault_id),
        record.statement.revision,
        record.details_hash,
        parts,
        _writers(access),
    )


def pin_of_written(overview: Overview, roster: Roster) -> RecordPin:
    """Return the pin of a record that this machine has proved and just written."""
    access, statement, record_id = overview.access, overview.statement, overview.record_id
    assert isinstance(access, AccessList)
    assert statement is not None
    stated = {part.statement.part: part.statement for part in overview.parts if part.statement is not None}
    parts = tuple(
        (hash_statement(stated[part], roster.vault_id, record_id), stated[part].serial)
        if part in stated
        else (NOTHING, 0)
        for part in _PARTS
    )
    return RecordPin(
        access.version,
        hash_list(access, roster.vault_id),
        statement.revision,
        hash_statement(statement, roster.vault_id, record_id),
        parts,
        _writers(access),
    )


def _writers(access: AccessList) -> tuple[bytes, ...]:
    """Return the members and teams that may write: who is in a team is asked of the roster of then."""
    return tuple(sorted({to for _, to, may in access.grants if may == WRITE}))[:_MOST_WRITERS]


def write_pin(pin: RecordPin) -> bytes:
    front = _FRONT.pack(pin.list_version, pin.list_hash, pin.revision, pin.details_hash)
    return front + b"".join(_PART.pack(*part) for part in pin.parts) + b"".join(pin.writers)


def read_pin(raw: bytes) -> RecordPin | None:
    """Undo `write_pin`; None for other bytes, which count as no pin."""
    if not _is_pin(raw):
        return None
    parts = tuple(_PART.iter_unpack(raw[_FRONT.size : _END]))
    writers = tuple(raw[at : at + 16] for at in range(_END, len(raw), 16))
    list_version, list_hash, revision, details_hash = _FRONT.unpack_from(raw)
    return RecordPin(list_version, list_hash, revision, details_hash, parts, writers)


def list_version_in(raw: bytes) -> int | None:
    """Return the version of the list in what `write_pin` wrote, and nothing else: for going through thousands."""
    return int.from_bytes(raw[:8], "big") if _is_pin(raw) else None


def _is_pin(raw: bytes) -> bool:
    return len(raw) >= _END and not (len(raw) - _END) % 16


def refuse_rollback(
    name: str, found: RecordPin, seen: RecordPin, last_author: str, confirmed: bytes | None = None
) -> None:
    """Raise RolledBack when a record is older than it was seen here, or another one of the same number.

    One that confirms what was seen is no other one.
    """
    order, before = (found.list_version, found.revision), (seen.list_version, seen.revision)
    is_back = (
        order < before
        or (found.list_version == seen.list_version and found.list_hash != seen.list_hash)
        or (order == before and seen.details_hash not in (found.details_hash, confirmed))
        or (found.list_version == seen.list_version and _has_part_back(found, seen))
    )
    if is_back:
        raise RolledBack(
            f"'{name}' is older than this machine has seen it: somebody put it back",
            hint=f"the vault was last written by {last_author}; see: nexcred audit",
        )


def _has_part_back(found: RecordPin, seen: RecordPin) -> bool:
    pairs = zip(found.parts, seen.parts, strict=True)
    return any(now[1] < then[1] or (now[1] == then[1] and now[0] != then[0]) for now, then in pairs)
