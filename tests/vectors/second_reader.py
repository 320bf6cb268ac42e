"""A second program that reads a vault, written from docs/vault-format.md: it knows nothing of nexcred's own code.

`read_vault` proves what it reads, and fails for anything else.
"""

import base64
import json
import sqlite3
import struct
import unicodedata
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag

from tests.vectors.second_primitives import Me, derive, gcm_open, label, mac, sha256, unpad, unwrap, verify
from tests.vectors.second_rules import Details, People, prove_details, prove_list, prove_part, read_details

_TABLES = ("head", "tree", "leaf", "access", "chain", "roster", "slot", "item")


class Read(NamedTuple):
    """What is told of one credential: its values by revision, newest first; empty for who holds none."""

    revisions: list[dict[str, Any]]
    session: dict[str, Any] | None


class Opened:
    """A vault whose head, tables, roster and tree are proved."""

    def __init__(self, path: Path, me: Me) -> None:
        with closing(sqlite3.connect(path)) as db:
            found = {name: db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in _TABLES}
        self.me = me
        self.tree, self.leaves, self.items = found["tree"][0][1], dict(found["leaf"]), dict(found["item"])
        lists = {name: [sealed for _, sealed in found[name]] for name in ("access", "chain", "roster", "slot")}
        sealed = found["head"][-1][1]
        clear, (magic, suite, self.vault_id, epoch, self.generation, nonce) = (
            sealed[:45],
            struct.unpack(">4sB16sIQ12s", sealed[:45]),
        )
        assert (len(sealed), magic, suite, self.vault_id) == (357, b"NXH1", 1, me.vault_id)
        vault_key, index_key = self._keys_from(lists["access"], epoch)
        self.keys = {epoch: index_key}
        self.vault_keys = {} if vault_key is None else self._older(lists["chain"], vault_key, epoch)
        self.keys |= {one: derive(key, "index") for one, key in self.vault_keys.items()}
        self.index_key = index_key
        text = gcm_open(derive(index_key, "head"), nonce, sealed[45:], clear)
        (features, self.size, commitment, root, length, last, access_hash, slots_hash, _, _, author) = struct.unpack(
            ">IQ32s32sI32s32s32s32sQ16s", text[:232]
        )
        assert features == 0x10000
        assert access_hash == sha256(label("access"), _hash_table(lists["access"]), _hash_table(lists["chain"]))
        assert slots_hash == _hash_table(lists["slot"])
        self.people = People([self._entry(index, row, epoch) for index, row in enumerate(lists["roster"])])
        assert (self.people.vault_id, len(self.people.hashes), self.people.hashes[-1]) == (self.vault_id, length, last)
        assert self.people.hashes[me.floor.roster_length - 1] == me.floor.roster_hash
        assert self.people.present[author].role in ("owner", "member")
        verify(self.people.present[author].keys[1], text[232:], label("head"), clear, text[:232])
        if vault_key is not None:
            assert commitment == sha256(label("vault key"), vault_key)
        assert root == mac(derive(index_key, "tree"), self.tree)

    def _keys_from(self, rows: list[bytes], epoch: int) -> tuple[bytes | None, bytes]:
        for row in rows:
            kind = row[4]
            info = label("access") + self.vault_id + struct.pack(">IB", epoch, kind) + self.me.fingerprint
            try:
                key = unwrap(self.me.agreement, row[5:], info)
            except InvalidTag:
                continue
            return (key, derive(key, "index")) if kind == 1 else (None, key)
        raise AssertionError("no access row is for this identity")

    def _older(self, links: list[bytes], vault_key: bytes, epoch: int) -> dict[int, bytes]:
        keys, by_epoch = {epoch: vault_key}, {int.from_bytes(link[:4], "big"): link for link in links}
        while epoch in by_epoch:
            link, context = by_epoch[epoch], b"NXC1\1" + self.vault_id + struct.pack(">I", epoch)
            keys[epoch - 1] = gcm_open(derive(keys[epoch], "chain"), link[4:16], link[16:], context)
            epoch -= 1
        return keys

    def _entry(self, index: int, row: bytes, epoch: int) -> bytes:
        context = self.vault_id + struct.pack(">II", index, epoch) + b"\2"
        assert int.from_bytes(row[:4], "big") == index
        return unpad(gcm_open(derive(self.index_key, "roster"), row[4:16], row[16:], context))

    def overviews(self) -> dict[bytes, bytes]:
        """Return the records by their tags, from leaves that the tree names."""
        found: dict[bytes, bytes] = {}
        for index in range(256):
            leaf = self.leaves.get(index, b"")
            assert sha256(bytes([index]), leaf) == self.tree[32 * index : 32 * index + 32]
            found |= {leaf[at : at + 16]: leaf[at + 16 : at + 48] for at in range(0, len(leaf), 48)}
        assert len(set(found.values())) == self.size
        return found

    def open(self, wanted: bytes, part: int) -> tuple[dict[str, Any], bytes, bytes] | None:
        """Return plaintext, header and body digest of a record; None where no grant of it opens."""
        record = self.items[wanted]
        assert sha256(record) == wanted
        header, count = record[:94], int.from_bytes(record[94:96], "big")
        magic, suite, kind, vault_id, record_id, _, epoch, nonce, commitment = struct.unpack(
            ">4sBB16s16sQI12s32s", header
        )
        assert (magic, suite, kind, vault_id) == (b"NXR1", 1, part, self.vault_id)
        body = record[96 + 84 * count :]
        if part == 1 and epoch in self.vault_keys:
            key = derive(self.vault_keys[epoch], "overview", header[:62])
        else:
            grants = [record[at : at + 84] for at in range(96, 96 + 84 * count, 84)]
            found = self._granted(grants, header, record_id, epoch)
            if found is None:
                return None
            key = found
        assert commitment == sha256(label("commit"), key)
        text = json.loads(unpad(gcm_open(key, nonce, body, header)))
        return text, header, sha256(label("body"), header, body)

    def _granted(self, grants: list[bytes], header: bytes, record_id: bytes, epoch: int) -> bytes | None:
        index_key = self.keys.get(epoch)  # a guest has that of the present epoch alone
        hint = index_key and mac(derive(index_key, "hint"), record_id, self.me.fingerprint)[:4]
        for grant in grants:
            if hint in (None, grant[:4]):
                with suppress(InvalidTag, ValueError):
                    return unwrap(self.me.agreement, grant[4:], label("grant") + header + self.me.fingerprint)
        return None


def read_vault(path: Path, me: Me) -> dict[str, Read]:
    """Return what this identity reads of a vault, by name."""
    return _read(path, me, is_removed=False)


def read_trash(path: Path, me: Me) -> dict[str, Read]:
    """Return what this identity reads of the records in the trash, by the names they had."""
    return _read(path, me, is_removed=True)


def _read(path: Path, me: Me, *, is_removed: bool) -> dict[str, Read]:
    vault = Opened(path, me)
    read = {}
    for tag, wanted in vault.overviews().items():
        found = vault.open(wanted, 1)
        if found is not None:
            overview, header, _ = found
            record_id = header[22:38]
            place = ("trash", record_id) if "removed_at" in overview else ("name", _fold(overview["name"]).encode())
            assert tag == _tag(vault.index_key, *place)
            if ("removed_at" in overview) == is_removed:
                read[overview["name"]] = _read_record(vault, overview, record_id)
    return read


def _tag(index_key: bytes, kind: str, what: bytes) -> bytes:
    key = derive(index_key, "name")
    return mac(key, label("trash") + what if kind == "trash" else what)[:16]


def _read_record(vault: Opened, overview: dict[str, Any], record_id: bytes) -> Read:
    people = vault.people
    access = prove_list(overview["access"], people, vault.generation)
    is_holder = any(people.present[one].fingerprint == vault.me.fingerprint for one in access.holders)
    assert access.record_id == record_id
    details = prove_details(overview["statement"], overview.get("inherited"), access, people)
    parts, session = overview.get("parts", {}), None
    assert 3 not in access.pins or "session" in parts
    if "session" in parts:
        digest = prove_part(3, parts["session"]["statement"], details, access, people)
        assert (digest == bytes(32)) == ("record" not in parts["session"])
        if "record" in parts["session"]:
            found = vault.open(bytes.fromhex(parts["session"]["record"]), 3)
            assert found is None or found[2] == digest
            session = found[0] if found is not None and is_holder else None
    values = _values(vault, overview, details) if is_holder else None
    return Read([] if values is None else [values, *_history(vault, overview, details)], session)


def _history(vault: Opened, overview: dict[str, Any], details: Details) -> list[dict[str, Any]]:
    values = []
    for name in overview["past"]:
        found = vault.open(bytes.fromhex(name), 1)
        if found is None:
            break  # a guest, to whom it was not granted
        past, header, _ = found
        said = read_details(past["statement"], vault.vault_id, header[22:38])
        expected = details.previous
        if "inherited" in overview:
            expected = read_details(overview["inherited"], vault.vault_id, header[22:38]).previous
        assert (said.hash, said.revision) == (expected, details.revision - 1)
        of_then = _values(vault, past, said)
        values += [] if of_then is None else [of_then]
        overview, details = past, said
    return values


def _values(vault: Opened, overview: dict[str, Any], said: Details) -> dict[str, Any] | None:
    found = vault.open(bytes.fromhex(overview["details"]), 2)
    if found is None:
        return None
    text, header, digest = found
    assert (digest, int.from_bytes(header[38:46], "big")) == (said.digest, said.revision)
    assert text.get("by", said.by.hex()) == said.by.hex()
    public = {name: value for name, value in text["fields"].items() if name not in text["secret_fields"]}
    assert overview["public"] == public
    for key in ("connector", "method", "allowed_hosts", "secret_fields"):
        assert overview[key] == text[key]
    return {name: _plain(value) for name, value in text["fields"].items()}


def _plain(value: Any) -> Any:
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else value


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _hash_table(rows: list[bytes]) -> bytes:
    sized = b"".join(struct.pack(">I", len(row)) + row for row in rows)
    return sha256(label("table"), struct.pack(">I", len(rows)), sized)
