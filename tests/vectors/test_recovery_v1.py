"""The kept recovery keys and their slot, also against the format as it is written down."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nexcred.vault.identity import Identity
from nexcred.vault.recovery_key import read_recovery_key, write_recovery_key
from nexcred.vault.slot import RECOVERY_KIND, SlotInfo, describe_slot, open_recovery_slot
from tests.vectors.reference import hkdf

KEPT = json.loads(Path(__file__).with_name("recovery-v1.json").read_text())


@pytest.mark.parametrize("kept", KEPT["paper"], ids=lambda kept: kept["text"][:5])
def test_the_text_on_paper_stays_readable(kept: dict[str, str]) -> None:
    assert read_recovery_key(kept["text"]) == bytes.fromhex(kept["key"])
    assert write_recovery_key(bytes.fromhex(kept["key"])) == kept["text"]


def test_the_slot_stays_openable() -> None:
    slot = bytes.fromhex(KEPT["slot"])
    assert describe_slot(slot) == SlotInfo(RECOVERY_KIND, None)
    opened = open_recovery_slot(slot, read_recovery_key(KEPT["paper"][-1]["text"]))
    assert opened.secret_string == KEPT["identity"]


def test_the_slot_is_what_the_format_says() -> None:
    slot, identity = bytes.fromhex(KEPT["slot"]), Identity.parse(KEPT["identity"])
    clear, sealed = slot[:78], slot[78:]
    assert clear[:6] == b"NXS1\x01\x02"
    salt, cost, nonce, commitment = clear[6:22], clear[22:34], clear[34:46], clear[46:]
    key = hkdf(bytes.fromhex(KEPT["paper"][-1]["key"]), b"nexcred/1 recovery\0" + salt)
    assert cost == bytes(12)
    assert hmac.compare_digest(commitment, hashlib.sha256(b"nexcred/1 commit\0" + key).digest())
    assert AESGCM(key).decrypt(nonce, sealed, clear) == identity.seed + identity.vault_id
