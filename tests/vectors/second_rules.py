"""What docs/vault-format.md says of the roster, access lists and statements, written a second time."""

import base64
import json
import struct
from typing import Any, NamedTuple

from tests.vectors.second_primitives import NOTHING, fingerprint, label, sha256, verify

INHERITED = bytes(16)


class Person(NamedTuple):
    keys: tuple[bytes, bytes]
    role: str

    @property
    def fingerprint(self) -> bytes:
        return fingerprint(*self.keys)


class People:
    """The roster after its entries; of version 1 the founder's alone are read, up to `format`."""

    def __init__(self, entries: list[bytes]) -> None:
        self.vault_id = sha256(entries[0])[:16]
        self.hashes: list[bytes] = []
        self.present: dict[bytes, Person] = {}
        self.spent: set[bytes] = set()
        self.least: dict[bytes, tuple[int, bool]] = {}
        self.by_owners: dict[bytes, int] = {}
        self.teams: dict[bytes, set[bytes]] = {}
        self.settings: dict[str, Any] = {}
        self.restored = self.format = 0
        self.moved_to: str | None = None
        for index, entry in enumerate(entries):
            self._take(index, entry)
        assert self.format == 2

    def _take(self, index: int, entry: bytes) -> None:
        assert len(entry) <= 4095
        assert entry[:32] == (self.hashes[-1] if index else NOTHING)
        signer, (width, agreement, more, signing, size) = entry[32:48], struct.unpack_from(">H32sH32sI", entry, 48)
        assert width == more == 32
        body: dict[str, Any] = json.loads(entry[120 : 120 + size])
        signature, keys = entry[120 + size :], (agreement, signing)
        if index == 0:
            assert (body["op"], body["role"]) == ("found", "owner")
            self.format = body.get("format", 1)
            assert signer == fingerprint(*keys)
            self._let_in(keys, "owner")
        role = self.present[signer].role
        vault_id = self.vault_id if index else bytes(16)
        verify(
            self.present[signer].keys[1], signature, label("roster"), vault_id, struct.pack(">I", index), entry[:-64]
        )
        self.hashes.append(sha256(label("roster entry"), entry))
        if index:
            assert self.format == 2 or body["op"] == "format"
            assert role in ("owner", "member")
            assert role == "owner" or body["op"] in ("rekey", "unshare")
            getattr(self, "_" + body["op"].replace("-", "_"))(signer, keys, body, entry, index)
        assert any(person.role == "owner" for person in self.present.values())

    def _format(self, *given: Any) -> None:
        assert self.format == 1
        self.format = 2

    def _let_in(self, keys: tuple[bytes, bytes], role: str) -> None:
        self._spend(keys)
        self.present[fingerprint(*keys)] = Person(keys, role)

    def _spend(self, keys: tuple[bytes, bytes]) -> None:
        assert not self.spent & {fingerprint(*keys), keys[1]}
        self.spent |= {fingerprint(*keys), keys[1]}

    def _who(self, keys: tuple[bytes, bytes]) -> bytes:
        (one,) = (one for one, person in self.present.items() if person.keys == keys)
        return one

    def _add(self, _: bytes, keys: tuple[bytes, bytes], body: dict[str, Any], *__: Any) -> None:
        self._let_in(keys, body["role"])

    def _remove(self, _: bytes, keys: tuple[bytes, bytes], *__: Any) -> None:
        gone = self._who(keys)
        del self.present[gone]
        for members in self.teams.values():
            members.discard(gone)

    def _role(self, _: bytes, keys: tuple[bytes, bytes], body: dict[str, Any], *__: Any) -> None:
        self.present[self._who(keys)] = Person(keys, body["role"])

    def _until(self, _: bytes, keys: tuple[bytes, bytes], *__: Any) -> None:
        assert self.present[self._who(keys)].role == "guest"

    def _rekey(self, signer: bytes, keys: tuple[bytes, bytes], body: dict[str, Any], entry: bytes, index: int) -> None:
        self._spend(keys)
        person = self.present[signer]
        place = struct.pack(">I", index) + entry[:32]
        proved = (label("rekey"), self.vault_id, place, signer, person.fingerprint, fingerprint(*keys))
        verify(keys[1], base64.b64decode(body["proof"]), *proved)
        self.present[signer] = Person(keys, person.role)

    def _unshare(self, signer: bytes, _: tuple[bytes, bytes], body: dict[str, Any], *__: Any) -> None:
        packed = base64.b64decode(body["records"])
        assert 0 < len(packed) <= 96 * 24
        is_owner = self.present[signer].role == "owner"
        for id_or_salt, version in dict(struct.iter_unpack(">16sQ", packed)).items():
            creator = bytes.fromhex(body.get("creator", ""))
            record = sha256(label("record"), creator, id_or_salt)[:16] if creator else id_or_salt
            before, owners_only = self.least.get(record, (0, False))
            assert is_owner or (creator == signer and not owners_only)
            if is_owner:
                self.by_owners[record] = max(self.by_owners.get(record, 0), version)
            least = self.by_owners[record] if is_owner else max(before, version)
            self.least[record] = least, owners_only or (is_owner and body.get("owners_only") is True)

    def _team(self, *given: Any) -> None:
        self.teams[sha256(label("team"), self.hashes[-1])[:16]] = set()

    def _team_add(self, _: bytes, keys: tuple[bytes, bytes], body: dict[str, Any], *__: Any) -> None:
        self.teams[bytes.fromhex(body["team"])].add(self._who(keys))

    def _team_remove(self, _: bytes, keys: tuple[bytes, bytes], body: dict[str, Any], *__: Any) -> None:
        if body.get("whole") is True:
            del self.teams[bytes.fromhex(body["team"])]
        else:
            self.teams[bytes.fromhex(body["team"])].discard(self._who(keys))

    def _restored(self, _: bytes, __: tuple[bytes, bytes], body: dict[str, Any], *___: Any) -> None:
        self.restored = max(self.restored, body["generation"])

    def _moved(self, _: bytes, __: tuple[bytes, bytes], body: dict[str, Any], *___: Any) -> None:
        assert 0 < len(body["url"].encode()) <= 512
        self.moved_to = body["url"]

    def _arrived(self, _: bytes, __: tuple[bytes, bytes], body: dict[str, Any], *___: Any) -> None:
        assert 0 < len(body["url"].encode()) <= 512
        assert self.moved_to is not None
        self.moved_to = None

    def _settings(self, _: bytes, __: tuple[bytes, bytes], body: dict[str, Any], *___: Any) -> None:
        self.settings[body["key"]] = body.get("value")

    def shared_by_default(self) -> list[bytes]:
        said = self.settings.get("share-with")
        if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
            return []
        return [one for one in self.teams if one.hex() in said]

    def least_of(self, record: bytes) -> tuple[int, bool]:
        version, owners_only = self.least.get(record, (0, False))
        return max(version, self.restored), owners_only


class List(NamedTuple):
    """An access list that was proved. `holders` are member ids and what each may do."""

    record_id: bytes
    version: int
    revision: int
    pins: dict[int, bytes]
    creator: bytes
    holders: dict[bytes, int]


def prove_list(text: str, people: People, generation: int) -> List:
    raw = base64.b64decode(text, validate=True)
    version, creator, salt, revision, pins, count = struct.unpack_from(">Q16s16sQ160sH", raw)
    assert len(raw) == 210 + 18 * count + 80
    end = 210 + 18 * count
    grants = list(struct.iter_unpack(">B16sB", raw[210:end]))
    assert grants
    assert [grant[:2] for grant in grants] == sorted({grant[:2] for grant in grants})
    signer, signature = raw[end : end + 16], raw[end + 16 :]
    record_id = sha256(label("record"), creator, salt)[:16]
    least, owners_only = people.least_of(record_id)
    role = people.present[signer].role
    assert role == "owner" or (role == "member" and signer == creator and not owners_only)
    assert least <= version <= generation
    signed = struct.pack(">QQ", version, revision) + pins + raw[208:end] + signer
    verify(people.present[signer].keys[1], signature, label("access list 2"), people.vault_id, record_id, signed)
    hashes = {part: pins[32 * at : 32 * at + 32] for at, part in enumerate((2, 3, 4, 5, 6))}
    holders: dict[bytes, int] = {}
    for kind, to, may in grants:
        for one in (to,) if kind == 1 else people.teams.get(to, ()):
            if one in people.present:
                most = may if people.present[one].role in ("owner", "member") else 1
                holders[one] = max(most, holders.get(one, 0))
    return List(
        record_id, version, revision, {part: one for part, one in hashes.items() if one != NOTHING}, creator, holders
    )


class Details(NamedTuple):
    revision: int
    digest: bytes
    previous: bytes
    list_version: int
    by: bytes
    signature: bytes
    hash: bytes


def read_details(text: str, vault_id: bytes, record_id: bytes) -> Details:
    raw = base64.b64decode(text, validate=True)
    assert len(raw) == 160
    hashed = sha256(label("statement"), label("details"), vault_id, record_id, raw[:96])
    return Details._make((*struct.unpack(">Q32s32sQ16s64s", raw), hashed))


def prove_details(text: str, inherited: str | None, access: List, people: People) -> Details:
    said = read_details(text, people.vault_id, access.record_id)
    pinned = access.pins.get(2)
    if said.hash == pinned:
        return said
    confirms = False
    if inherited is not None:
        old = read_details(inherited, people.vault_id, access.record_id)
        same = (old.revision, old.digest, old.hash) == (said.revision, said.digest, said.previous)
        confirms = same and old.by == INHERITED and old.hash == pinned
    assert pinned is None or said.revision > access.revision or confirms
    assert access.holders[said.by] == 2
    assert said.list_version == access.version
    _verify_statement(text, "details", said.by, said.signature, access, people)
    return said


def prove_part(number: int, text: str, details: Details, access: List, people: People) -> bytes:
    """Return the digest of its body; zeros where it ended."""
    raw = base64.b64decode(text, validate=True)
    assert len(raw) == 161
    part, list_version, about, digest, serial, by, signature = struct.unpack(">BQ32s32sQ16s64s", raw)
    hashed = sha256(label("statement"), label("part"), people.vault_id, access.record_id, raw[:97])
    assert (part, about) == (number, details.digest if number == 3 else NOTHING)
    assert serial > 0
    if hashed != access.pins.get(number):
        assert access.holders[by] == 2
        assert list_version == access.version
        _verify_statement(text, "part", by, signature, access, people)
    return bytes(digest)


def _verify_statement(text: str, kind: str, by: bytes, signature: bytes, access: List, people: People) -> None:
    said = base64.b64decode(text)[:-64]
    verify(people.present[by].keys[1], signature, label(kind), people.vault_id, access.record_id, said)
