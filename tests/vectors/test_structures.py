"""Each frozen structure is read as it was written, and what is deterministic is computed again by other means."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from nexcred.errors import InvalidData
from nexcred.vault.access import (
    commit_to_vault_key,
    hash_access,
    index_keys,
    older_vault_keys,
    open_access,
)
from nexcred.vault.head import open_head, read_head_place, verify_author
from nexcred.vault.identity import NO_VAULT, Identity, PublicIdentity
from nexcred.vault.padding import pad
from nexcred.vault.record import open_as, overview_key, read_header
from nexcred.vault.roster import open_roster, read_roster
from nexcred.vault.slot import Cost, SlotInfo, describe_slot, open_passphrase_slot
from nexcred.vault.tree import empty_tree, hash_leaf, name_tag, put_in_leaf, replace_leaf_hashes, tree_root
from nexcred.vault.version1.access_list import access_from_json, verify_first_list
from tests.support.known_key import open_with
from tests.vectors.reference import hkdf

FILE = Path(__file__).with_name("structures-v1.json")
SHA256 = "e93041d974facc0e72c5a1ecf613228cd5abdeed176296e0b3e5ed1e644ceebb"
KEPT: dict[str, Any] = json.loads(FILE.read_bytes())
VAULT_KEY = bytes.fromhex(KEPT["index_keys"]["vault_key"])
KEYS = index_keys(VAULT_KEY)
ADA = Identity.parse(KEPT["identity"]["secret"])
GUEST = Identity(bytes.fromhex(KEPT["records"]["guest_seed"]), NO_VAULT)


def of(part: str, name: str) -> bytes:
    return bytes.fromhex(KEPT[part][name])


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def test_the_structures_were_not_made_anew() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256


def test_identity() -> None:
    kept = KEPT["identity"]
    assert (ADA.seed.hex(), ADA.vault_id.hex(), ADA.fingerprint.hex()) == (
        kept["seed"],
        kept["vault_id"],
        kept["fingerprint"],
    )
    assert tuple(key.hex() for key in ADA.public.keys) == (kept["x25519"], kept["ed25519"])
    assert (ADA.secret_string, ADA.public.text) == (kept["secret"], kept["public"])
    with pytest.raises(InvalidData, match="first version"):  # it does not prove that its keys belong together
        PublicIdentity.parse(kept["public"])
    assert sha256(b"nexcred/1 id\0\1", *ADA.public.keys)[:16] == ADA.fingerprint
    assert ADA.agreement.private_bytes_raw() == hkdf(ADA.seed, b"nexcred/1 x25519\0")
    assert ADA.signing.private_bytes_raw() == hkdf(ADA.seed, b"nexcred/1 ed25519\0")


def test_index_keys() -> None:
    index_key = hkdf(VAULT_KEY, b"nexcred/1 index\0")
    for use in ("name", "tree", "head", "roster", "hint"):
        assert getattr(KEYS, use) == of("index_keys", use) == hkdf(index_key, b"nexcred/1 %s\0" % use.encode())


@pytest.mark.parametrize("kept", KEPT["names"], ids=lambda kept: kept["name"])
def test_name_tag(kept: dict[str, str]) -> None:
    assert name_tag(KEYS.name, kept["name"]).hex() == kept["tag"]


def test_name_tags_of_one_name_are_one() -> None:
    tags = {kept["name"]: kept["tag"] for kept in KEPT["names"]}
    assert tags["Prod Events"] == tags["PROD EVENTS"]
    assert tags["Cafe\u0301"] == tags["café"] == hmac.digest(KEYS.name, "café".encode(), "sha256")[:16].hex()
    assert tags["Straße"] == tags["STRASSE"]
    assert len(set(tags.values())) == 5


def test_leaf_and_root() -> None:
    leaf = b""
    for entry in KEPT["tree"]["entries"]:
        leaf = put_in_leaf(leaf, bytes.fromhex(entry["tag"]), bytes.fromhex(entry["overview"]))
    assert leaf == of("tree", "leaf")
    assert hash_leaf(7, leaf) == of("tree", "leaf_hash") == sha256(b"\7", leaf)
    assert tree_root(KEYS.tree, empty_tree()) == of("tree", "empty_root")
    assert tree_root(KEYS.tree, replace_leaf_hashes(empty_tree(), {7: leaf})) == of("tree", "root")
    hashes = b"".join(sha256(bytes([index]), leaf if index == 7 else b"") for index in range(256))
    assert hmac.digest(KEYS.tree, hashes, "sha256") == of("tree", "root")


def test_access_row_and_chain_link() -> None:
    row, link = of("access", "row"), of("access", "link")
    assert open_access((row,), ADA, ADA.vault_id, 2).vault_key == VAULT_KEY
    previous = of("access", "previous_vault_key")
    assert older_vault_keys((link,), VAULT_KEY, ADA.vault_id, 2) == {2: VAULT_KEY, 1: previous}
    assert commit_to_vault_key(VAULT_KEY) == of("access", "commitment") == sha256(b"nexcred/1 vault key\0", VAULT_KEY)
    tables = [sha256(b"nexcred/1 table\0\0\0\0\1", len(one).to_bytes(4, "big"), one) for one in (row, link)]
    assert hash_access((row,), (link,)) == of("access", "hash") == sha256(b"nexcred/1 access\0", *tables)


def test_roster_entry_and_row() -> None:
    entry = of("roster", "entry")
    rows = (of("roster", "row"),)
    roster = read_roster((entry,))
    assert roster.is_first_format
    assert roster.vault_id == ADA.vault_id == sha256(entry)[:16]
    assert roster.last_hash == of("roster", "hash") == sha256(b"nexcred/1 roster entry\0", entry)
    assert (roster.organisation, roster.members[ADA.fingerprint].full_name) == ("Example Ltd", "Ada Example")
    assert open_roster(rows, KEYS.roster, ADA.vault_id, 2, is_first_format=True).entries == (entry,)


def test_access_list() -> None:
    access = access_from_json(KEPT["access_list"])
    roster = read_roster((of("roster", "entry"),))
    assert [one.public.fingerprint for one in verify_first_list(access, roster)] == [ADA.fingerprint]
    assert access.record_id == sha256(b"nexcred/1 record\0", access.creator, access.salt)[:16]
    message = b"".join(
        (
            b"nexcred/1 access list\0",
            ADA.vault_id,
            access.record_id,
            bytes(7) + b"\1\0\1",
            ADA.fingerprint,
            ADA.fingerprint,
        )
    )
    assert ADA.signing.sign(message) == access.signature


def test_head() -> None:
    kept, sealed = KEPT["head"], of("head", "sealed")
    opened = open_head(sealed, KEYS.head)
    verify_author(opened, ADA.public)
    assert opened.head.is_first_format
    assert read_head_place(sealed) == (ADA.vault_id, kept["epoch"], kept["generation"])
    for name, value in opened.head._asdict().items():
        assert (value.hex() if isinstance(value, bytes) else value) == kept[name]
    assert opened.hash == of("head", "hash") == sha256(opened.signed, opened.signature)
    assert ADA.signing.sign(b"nexcred/1 head\0" + opened.signed) == opened.signature


@pytest.mark.parametrize(
    ("part", "number", "readers"), [("overview", 1, [GUEST]), ("details", 2, [ADA, GUEST]), ("session", 3, [ADA])]
)
def test_record(part: str, number: int, readers: list[Identity]) -> None:
    kept = KEPT["records"][part]
    sealed = bytes.fromhex(kept["sealed"])
    header = read_header(sealed)
    record_id = of("records", "record_id")
    assert header[:5] == (number, ADA.vault_id, record_id, KEPT["records"]["revision"], 2)
    for reader in readers:
        assert open_as(sealed, reader, KEYS.hint).decode() == kept["plaintext"]
    if part == "overview":
        key = hkdf(VAULT_KEY, b"nexcred/1 overview\0" + sealed[:62])
        assert overview_key(VAULT_KEY, header.fixed) == key
        assert sha256(b"nexcred/1 commit\0", key) == header.commitment
        assert open_with(sealed, key).decode() == kept["plaintext"]
    hints = [hmac.digest(KEYS.hint, record_id + reader.fingerprint, "sha256")[:4] for reader in readers]
    assert [sealed[96 + 84 * place : 100 + 84 * place] for place in range(len(readers))] == hints


def test_slot() -> None:
    kept, slot = KEPT["slot"], of("slot", "slot")
    assert describe_slot(slot) == SlotInfo(1, Cost(kept["memory_kib"], kept["passes"], kept["lanes"]))
    assert open_passphrase_slot(slot, kept["passphrase"]).secret_string == KEPT["identity"]["secret"]


@pytest.mark.parametrize("kept", KEPT["padding"], ids=lambda kept: str(kept["size"]))
def test_padding(kept: dict[str, int]) -> None:
    text = b"x" * kept["size"]
    assert pad(text) == (text + b"\x80").ljust(kept["padded"], b"\0")
