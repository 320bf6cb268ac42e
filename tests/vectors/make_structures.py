"""Make structures-v1.json: one frozen example of each structure of format version 1.

It was run once. A file that is there is never overwritten: a new format version gets a new file.
"""

import base64
import json
from pathlib import Path

from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.vault.access import (
    commit_to_vault_key,
    grant_vault_key,
    hash_access,
    index_keys,
    link_epochs,
)
from nexcred.vault.head import Head, HeadPlace, open_head, seal_head
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.padding import pad
from nexcred.vault.plaintext import write_details
from nexcred.vault.primitives import digest
from nexcred.vault.record import DETAILS, OVERVIEW, SESSION, Place, seal_for, seal_overview
from nexcred.vault.roster import seal_roster
from nexcred.vault.roster_changes import found_roster
from nexcred.vault.sharing import access_to_json, new_access_list
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.tree import empty_tree, hash_leaf, name_tag, put_in_leaf, replace_leaf_hashes, tree_root

OUT = Path(__file__).with_name("structures-v1.json")
SEED = base64.b32decode("EXAMPLE" * 8)[:32]  # so that the identity string says so
GUEST = Identity(b"EXAMPLE of another one: 32 bytes", NO_VAULT)
VAULT_KEYS = [b"EXAMPLE vault key of epoch one..", b"EXAMPLE vault key of epoch two.."]
NAMES = ["Prod Events", "PROD EVENTS", "Cafe\u0301", "café", "Straße", "STRASSE", "日本", "İstanbul"]


def main() -> None:
    if OUT.exists():
        raise SystemExit(f"{OUT.name} is frozen")
    founder = Identity(SEED, NO_VAULT)
    roster = found_roster(founder, "Example Ltd", "Ada Example")
    ada = founder.bind(roster.vault_id)
    keys = index_keys(VAULT_KEYS[1])
    example = {
        "identity": identity_example(ada),
        "padding": [{"size": size, "padded": len(pad(bytes(size)))} for size in (0, 255, 256, 4095, 4096, 5119)],
        "index_keys": {"vault_key": VAULT_KEYS[1].hex(), **{use: key.hex() for use, key in keys._asdict().items()}},
        "names": [{"name": name, "tag": name_tag(keys.name, name).hex()} for name in NAMES],
        "tree": tree_example(keys.tree),
        "access": access_example(ada),
        "roster": roster_example(roster.entries[0], ada, keys.roster),
        "access_list": access_to_json(new_access_list(ada, ada.vault_id)),
        "head": head_example(ada, keys.head),
        "records": records_example(ada, keys.hint),
        "slot": slot_example(ada),
    }
    OUT.write_text(json.dumps(example, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def identity_example(ada: Identity) -> dict[str, str]:
    agreement, signing = ada.public.keys
    return {
        "seed": ada.seed.hex(),
        "vault_id": ada.vault_id.hex(),
        "x25519": agreement.hex(),
        "ed25519": signing.hex(),
        "fingerprint": ada.fingerprint.hex(),
        "secret": ada.secret_string,
        "public": ada.public_string,
    }


def tree_example(tree_key: bytes) -> dict[str, object]:
    entries = [(bytes([7, number]) * 8, digest(bytes([number]))) for number in (3, 1, 2)]
    leaf = b""
    for tag, overview in entries:
        leaf = put_in_leaf(leaf, tag, overview)
    tree = replace_leaf_hashes(empty_tree(), {7: leaf})
    return {
        "entries": [{"tag": tag.hex(), "overview": overview.hex()} for tag, overview in entries],
        "leaf": leaf.hex(),
        "leaf_hash": hash_leaf(7, leaf).hex(),
        "root": tree_root(tree_key, tree).hex(),
        "empty_root": tree_root(tree_key, empty_tree()).hex(),
    }


def access_example(ada: Identity) -> dict[str, str]:
    row = grant_vault_key(VAULT_KEYS[1], ada.public, ada.vault_id, 2)
    link = link_epochs(VAULT_KEYS[1], VAULT_KEYS[0], ada.vault_id, 2)
    return {
        "row": row.hex(),
        "link": link.hex(),
        "previous_vault_key": VAULT_KEYS[0].hex(),
        "commitment": commit_to_vault_key(VAULT_KEYS[1]).hex(),
        "hash": hash_access((row,), (link,)).hex(),
    }


def roster_example(entry: bytes, ada: Identity, roster_key: bytes) -> dict[str, str]:
    roster = found_roster(ada, "unused", "unused")._replace(entries=(entry,), vault_id=ada.vault_id)
    return {
        "entry": entry.hex(),
        "hash": digest(b"nexcred/1 roster entry\0", entry).hex(),
        "row": seal_roster(roster, roster_key, 2)[0].hex(),
    }


def head_example(ada: Identity, head_key: bytes) -> dict[str, object]:
    digests = {use: digest(use.encode()) for use in ("vault key", "root", "roster", "access", "slots", "previous")}
    head = Head(
        features=0,
        size=3,
        vault_key_commitment=digests["vault key"],
        root=digests["root"],
        roster_length=1,
        roster_hash=digests["roster"],
        access_hash=digests["access"],
        slots_hash=digests["slots"],
        previous_hash=digests["previous"],
        time_ms=1_795_264_215_123,
        author=ada.fingerprint,
    )
    sealed = seal_head(HeadPlace(ada.vault_id, 2, 41), head, ada, head_key)
    fields = {name: value.hex() if isinstance(value, bytes) else value for name, value in head._asdict().items()}
    return {
        "sealed": sealed.hex(),
        "epoch": 2,
        "generation": 41,
        "hash": open_head(sealed, head_key).hash.hex(),
        **fields,
    }


def records_example(ada: Identity, hint_key: bytes) -> dict[str, object]:
    secrets = {"api_key": Secret("EXAMPLE-kéy"), "blob": Secret(b"\x00\xffEXAMPLE")}
    details = Details("aventri", "ab" * 32, "api_key", ("h.example:8443",), {"account_id": "7", "port": 443, **secrets})
    texts = {OVERVIEW: b'{"name":"Prod Events"}', DETAILS: write_details(details), SESSION: b'{"token":"EXAMPLE"}'}
    place = Place(OVERVIEW, ada.vault_id, b"EXAMPLErecord id", 5, 2)
    sealed = {
        OVERVIEW: seal_overview(place, texts[OVERVIEW], VAULT_KEYS[1], [GUEST.public], hint_key),
        DETAILS: seal_for(place._replace(part=DETAILS), texts[DETAILS], [ada.public, GUEST.public], hint_key),
        SESSION: seal_for(place._replace(part=SESSION), texts[SESSION], [ada.public], hint_key),
    }
    parts = {"overview": OVERVIEW, "details": DETAILS, "session": SESSION}
    return {
        "guest_seed": GUEST.seed.hex(),
        "record_id": place.record_id.hex(),
        "revision": 5,
        **{name: {"sealed": sealed[part].hex(), "plaintext": texts[part].decode()} for name, part in parts.items()},
    }


def slot_example(ada: Identity) -> dict[str, object]:
    passphrase = "EXAMPLE pa\u0308ssphrase"
    return {"passphrase": passphrase, **FLOOR._asdict(), "slot": make_passphrase_slot(passphrase, ada, FLOOR).hex()}


if __name__ == "__main__":
    main()
