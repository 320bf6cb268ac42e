"""Each frozen structure of version 2 is read as it was written, and computed again by other means where it can be."""

import base64
import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nexcred.errors import NotPermitted
from nexcred.vault.access import index_keys
from nexcred.vault.access_list import read_list, write_list
from nexcred.vault.authority import verify_list
from nexcred.vault.checkpoint import read_checkpoint, write_checkpoint
from nexcred.vault.head import open_head, verify_author
from nexcred.vault.identity import NO_VAULT, Identity, PublicIdentity
from nexcred.vault.kept_roster import open_kept_roster
from nexcred.vault.pins import PinKeys, read_pin, write_pin
from nexcred.vault.plaintext import read_details
from nexcred.vault.record import body_digest, open_as
from nexcred.vault.roster import GUEST, OWNER, Roster, open_roster, read_roster
from nexcred.vault.roster_records import Least
from nexcred.vault.slot import describe_slot, open_passphrase_slot, open_recovery_slot
from nexcred.vault.statements import (
    hash_statement,
    read_details_statement,
    read_part_statement,
    write_statement,
)
from nexcred.vault.tree import spoilt_tag, trash_tag
from tests.vectors.reference import hkdf
from tests.vectors.second_primitives import (
    derive,
    fingerprint,
    gcm_open,
    label,
    mac,
    read_public,
    read_secret,
    sha256,
    unpad,
    unwrap,
    verify,
)
from tests.vectors.second_primitives import read_checkpoint as second_checkpoint
from tests.vectors.second_rules import People, prove_list
from tests.vectors.second_rules import read_details as second_statement

FILE = Path(__file__).with_name("structures-v2.json")
SHA256 = "368b066d80ed8068d9cd6a36393adc70a31a5b3623d3440df28c7b58e3bf98b2"
KEPT: dict[str, Any] = json.loads(FILE.read_bytes())
VAULT_ID, VAULT_KEY = bytes.fromhex(KEPT["vault_id"]), bytes.fromhex(KEPT["vault_key"])
KEYS = index_keys(VAULT_KEY)
PEOPLE = {name: Identity(bytes.fromhex(seed), NO_VAULT) for name, seed in KEPT["people"].items()}
ADA, BOB, CYD, JOB, NEW = PEOPLE.values()
ENTRIES = tuple(bytes.fromhex(one) for one in KEPT["roster"]["entries"])
ROSTER = read_roster(ENTRIES)
GENERATION = 70_000


def of(part: str, name: str) -> bytes:
    return bytes.fromhex(KEPT[part][name])


def test_the_structures_were_not_made_anew() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256


def test_secret_and_public_identity() -> None:
    kept = KEPT["identity"]
    identity = Identity.parse(kept["secret"])
    floor = kept["floor"]
    assert identity.floor is not None
    assert identity.floor[:2] == (floor["length"], bytes.fromhex(floor["hash"]))
    assert [one.hex() for one in identity.floor.pairs] == floor["pairs"]
    assert (identity.secret_string, identity.public_string) == (kept["secret"], kept["public"])
    assert PublicIdentity.parse(kept["public"]).fingerprint == identity.fingerprint == JOB.fingerprint
    me = read_secret(kept["secret"])
    assert (me.vault_id, me.fingerprint) == (VAULT_ID, identity.fingerprint)
    assert (me.floor.roster_length, me.floor.roster_hash, me.floor.pairs) == tuple(identity.floor)
    assert fingerprint(*read_public(kept["public"])) == identity.fingerprint
    pair = sha256(label("floor"), VAULT_ID, b"EXAMPLErecord id", "日本".encode())[:16]
    assert pair.hex() == floor["pairs"][1]


def test_checkpoint() -> None:
    kept = KEPT["identity"]
    checkpoint = read_checkpoint(kept["checkpoint"])
    assert write_checkpoint(checkpoint) == kept["checkpoint"]
    assert checkpoint[:3] == (VAULT_ID, 41, bytes.fromhex(kept["head"]))
    vault_id, generation, head, floor = second_checkpoint(kept["checkpoint"])
    assert (vault_id, generation, head) == tuple(checkpoint[:3])
    assert (floor.roster_length, floor.roster_hash, floor.pairs) == tuple(checkpoint.floor)


def test_roster() -> None:
    assert ROSTER.vault_id == sha256(ENTRIES[0])[:16] == VAULT_ID
    assert [one.hex() for one in ROSTER.hashes] == KEPT["roster"]["hashes"]
    assert [sha256(label("roster entry"), one) for one in ENTRIES] == list(ROSTER.hashes)
    rows = tuple(bytes.fromhex(row) for row in KEPT["roster"]["rows"])
    assert open_roster(rows, KEYS.roster, VAULT_ID, 2).entries == ENTRIES
    for index, row in enumerate(rows):
        associated = VAULT_ID + struct.pack(">II", index, 2) + b"\2"
        assert unpad(gcm_open(KEYS.roster, row[4:16], row[16:], associated)) == ENTRIES[index]


def test_what_the_entries_of_the_roster_did() -> None:
    team = of("roster", "team")
    assert {name: (one.role, one.until_ms) for name, one in by_name(ROSTER).items()} == {
        "Ada Example": (OWNER, None),
        "Bob": ("member", None),
        "ci": (GUEST, 1_900_000_000_000),
    }
    assert ROSTER.id_of(NEW.fingerprint) == BOB.fingerprint
    assert ROSTER.teams[team].members == {BOB.fingerprint}
    assert dict(ROSTER.settings) == {"expiry": 90}
    assert (ROSTER.restored_generation, ROSTER.restored_heads) == (5, (sha256(b"head"),))
    assert ROSTER.least_of(b"EXAMPLErecord id") == Least(7, owners_only=True)
    assert ROSTER.least_of(sha256(label("record"), BOB.fingerprint, b"EXAMPLE salt 16B")[:16]) == Least(5)
    second = People(list(ENTRIES))
    assert {one.hex() for one in second.present} == {member.hex() for member in ROSTER.members}
    assert second.teams == {team: {BOB.fingerprint}}
    assert second.settings == {"expiry": 90}
    assert second.shared_by_default() == list(ROSTER.shared_by_default) == []
    assert second.least_of(b"EXAMPLErecord id") == (7, True)


def by_name(roster: Roster) -> dict[str, Any]:
    return {member.full_name: member for member in roster.members.values()}


def test_proof_of_new_keys() -> None:
    (index,) = [at for at, entry in enumerate(ENTRIES) if b'"proof"' in entry]
    body = json.loads(ENTRIES[index][116 + 4 : -64])
    place = VAULT_ID + struct.pack(">I", index) + ROSTER.hashes[index - 1]
    message = label("rekey") + place + BOB.fingerprint + BOB.fingerprint + NEW.fingerprint
    assert base64.b64decode(body["proof"]) == NEW.signing.sign(message)


def test_access_list() -> None:
    text = KEPT["access_list"]["text"]
    access = read_list(text)
    assert write_list(access) == text
    assert access.record_id == of("access_list", "record_id")
    verified = verify_list(access, ROSTER, GENERATION, "prod")
    second = prove_list(text, People(list(ENTRIES)), GENERATION)
    assert verified.holders() == second.holders == {BOB.fingerprint: 2, JOB.fingerprint: 1}
    assert verified.pins == second.pins == {part: sha256(b"pinned", bytes([part])) for part in (2, 3, 6)}
    signed = base64.b64decode(text)[:-64]
    creator, salt = signed[8:24], signed[24:40]
    record_id = sha256(label("record"), creator, salt)[:16]
    message = label("access list 2") + VAULT_ID + record_id + signed[:8] + signed[40:]
    assert ADA.signing.sign(message) == access.signature


@pytest.mark.parametrize("name", KEPT["statements"])
def test_statement(name: str) -> None:
    text, record_id = KEPT["statements"][name]["text"], of("access_list", "record_id")
    is_details = name in ("details", "inherited")
    statement = read_details_statement(text) if is_details else read_part_statement(text)
    assert write_statement(statement) == text
    said = base64.b64decode(text)[:-64]
    message = label("details" if is_details else "part") + VAULT_ID + record_id + said
    expected = bytes.fromhex(KEPT["statements"][name]["hash"])
    assert hash_statement(statement, VAULT_ID, record_id) == sha256(label("statement"), message) == expected
    if is_details:
        assert second_statement(text, VAULT_ID, record_id).hash == expected
    if name != "inherited":
        signer = ADA if name == "policy" else NEW
        assert signer.signing.sign(message) == statement.signature


def test_what_the_statements_say() -> None:
    texts = {name: one["text"] for name, one in KEPT["statements"].items()}
    details = read_details_statement(texts["details"])
    assert tuple(details[:-1]) == (4, sha256(b"body"), sha256(b"previous"), 9, BOB.fingerprint)
    assert read_details_statement(texts["inherited"])[4:] == (bytes(16), bytes(64))
    session = read_part_statement(texts["session"])
    assert tuple(session[:-1]) == (3, 9, sha256(b"body"), sha256(b"tokens"), 2, BOB.fingerprint)
    assert (read_part_statement(texts["ended"]).is_ended, session.is_ended) == (True, False)
    assert tuple(read_part_statement(texts["policy"])[:3]) == (6, 9, bytes(32))


def test_record_and_the_same_wrapped_for_others() -> None:
    sealed, wrapped = of("record", "sealed"), of("record", "wrapped")
    for record, readers, others in ((sealed, (NEW, CYD), (JOB, BOB)), (wrapped, (NEW, JOB), (CYD, BOB))):
        for reader in readers:
            assert open_as(record, reader, KEYS.hint).decode() == KEPT["record"]["plaintext"]
        for other in others:
            with pytest.raises(NotPermitted):
                open_as(record, other, None)
        count = int.from_bytes(record[94:96], "big")
        body = record[96 + 84 * count :]
        assert (count, body_digest(record)) == (2, of("record", "body_digest"))
        assert sha256(label("body"), record[:94], body) == of("record", "body_digest")
    assert wrapped[:94] == sealed[:94]
    details, by = read_details(KEPT["record"]["plaintext"].encode())
    assert (details.connector, by) == ("aventri", BOB.fingerprint)


def test_record_opens_by_other_means() -> None:
    record, record_id = of("record", "sealed"), of("access_list", "record_id")
    hint = mac(KEYS.hint, record_id, NEW.fingerprint)[:4]
    (grant,) = [record[at : at + 84] for at in (96, 180) if record[at : at + 4] == hint]
    key = unwrap(NEW.agreement.private_bytes_raw(), grant[4:], label("grant") + record[:94] + NEW.fingerprint)
    assert sha256(label("commit"), key) == record[62:94]
    assert (
        unpad(AESGCM(key).decrypt(record[50:62], record[96 + 168 :], record[:94])).decode()
        == KEPT["record"]["plaintext"]
    )


def test_head() -> None:
    kept, sealed = KEPT["head"], of("head", "sealed")
    opened = open_head(sealed, KEYS.head)
    verify_author(opened, ADA.public)
    assert tuple(opened.place) == (VAULT_ID, kept["epoch"], kept["generation"])
    assert (opened.head.features, opened.head.is_first_format, opened.head.is_read_only) == (0x10000, False, False)
    text = gcm_open(derive(derive(VAULT_KEY, "index"), "head"), sealed[33:45], sealed[45:], sealed[:45])
    assert opened.hash == of("head", "hash") == sha256(sealed[:45], text)
    verify(ADA.public.keys[1], text[-64:], label("head"), sealed[:45], text[:-64])


def test_slots() -> None:
    kept = KEPT["slots"]
    by_passphrase, by_recovery_key = of("slots", "by_passphrase"), of("slots", "by_recovery_key")
    assert describe_slot(by_passphrase).cost == (kept["memory_kib"], kept["passes"], kept["lanes"])
    for identity in (
        open_passphrase_slot(by_passphrase, kept["passphrase"]),
        open_recovery_slot(by_recovery_key, of("slots", "recovery_key")),
    ):
        assert (identity.seed, identity.vault_id) == (ADA.seed, VAULT_ID)
        assert identity.floor is not None
        assert identity.floor[:2] == (ROSTER.length, ROSTER.last_hash)
    clear, sealed = by_recovery_key[:78], by_recovery_key[78:]
    assert (clear[:6], len(by_recovery_key)) == (b"NXS2\1\2", 178)
    key = hkdf(of("slots", "recovery_key"), label("recovery") + clear[6:22])
    plain = ADA.seed + VAULT_ID + struct.pack(">I", ROSTER.length) + ROSTER.last_hash
    assert AESGCM(key).decrypt(clear[34:46], sealed, clear) == plain


def test_tags_of_the_trash_and_of_what_does_not_open() -> None:
    record_id, overview = of("tags", "record_id"), of("tags", "overview")
    assert trash_tag(KEYS.name, record_id) == of("tags", "trash")
    assert mac(KEYS.name, label("trash"), record_id)[:16] == of("tags", "trash")
    assert spoilt_tag(KEYS.name, overview) == of("tags", "spoilt")
    assert mac(KEYS.name, label("spoilt"), overview)[:16] == of("tags", "spoilt")


def test_what_a_machine_remembers() -> None:
    kept, keys = KEPT["machine"], PinKeys(ADA, VAULT_ID)
    assert keys.of_name(kept["name"].upper()) == of("machine", "key_of_name")
    assert keys.of_record(b"EXAMPLErecord id") == of("machine", "key_of_record")
    own = hkdf(ADA.seed, label("pins"))
    assert hmac.digest(own, b"name\0" + VAULT_ID + b"prod events", "sha256")[:16] == of("machine", "key_of_name")
    pin = read_pin(of("machine", "pin"))
    assert pin is not None
    assert write_pin(pin) == of("machine", "pin")
    assert (pin.list_version, pin.revision, pin.writers) == (9, 4, (BOB.fingerprint, JOB.fingerprint))
    assert pin.parts[0] == (sha256(b"session"), 2)
    roster = open_kept_roster(of("machine", "kept_roster"), ADA, VAULT_ID)
    assert roster is not None
    assert roster.hashes == ROSTER.hashes


def test_the_keys_are_those_of_the_seeds() -> None:
    for who in PEOPLE.values():
        assert Ed25519PrivateKey.from_private_bytes(derive(who.seed, "ed25519")).public_key() == who.public.signing
