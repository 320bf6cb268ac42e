"""Make vault-v1.db, a vault of format version 1 that is kept for ever, and vault-v1.json, what is in it.

It was run once. Files that are there are never overwritten: a new format version gets new files.
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nexcred.model.credential import Details, Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.stores.sqlite import SqliteStore
from nexcred.vault.changes import Changes, Draft
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.vault import Vault
from tests.vectors.telling import tell

HERE = Path(__file__).parent
# So chosen that the identity string says so.
SEED = base64.b32decode("EXAMPLE" * 8)[:32]
PASSPHRASE = "EXAMPLE pässphrase of the vault"
START = datetime(2026, 11, 21, 9, 0, 0, 5_000, tzinfo=UTC)


class Clock:
    """A clock that a minute passes on at each look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def details(connector: str, *hosts: str, **fields: Value) -> Details:
    return Details(connector, "5e" * 32, "api_key", hosts, fields)


def main() -> None:
    path, expected = HERE / "vault-v1.db", HERE / "vault-v1.json"
    if path.exists() or expected.exists():
        raise SystemExit("the vault is frozen")
    founder = found_vault(
        SqliteStore(path),
        Identity(SEED, NO_VAULT),
        organisation="Example Ltd ☂",
        full_name="Ada Example",
        slots_for=lambda bound: (make_passphrase_slot(PASSPHRASE, bound, FLOOR),),
        now=START,
    )
    vault = Vault(SqliteStore(path), founder, now=Clock())
    write(vault)
    told = {"identity": founder.secret_string, "passphrase": PASSPHRASE, **tell(vault)}
    expected.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write(vault: Vault) -> None:
    aventri = details("aventri", account_id="EXAMPLE-7", api_key=Secret("EXAMPLE-first"))
    vault.edit(lambda edit: edit.add(Draft("Prod Events", "the yearly events", ("prod", "events"), aventri)))
    for key in ("EXAMPLE-second", "EXAMPLE-third"):
        newer = details("aventri", "127.0.0.1:8443", account_id="EXAMPLE-7", api_key=Secret(key))
        changes = Changes(details=newer)
        vault.edit(lambda edit: edit.update(edit.find("Prod Events"), changes))  # noqa: B023
    accepted = ProbeResult(ProbeStatus.ACCEPTED, START, 231, "ada@example.com", "", 200, None, START, 3)
    vault.edit(lambda edit: edit.record_probe(edit.find("Prod Events"), accepted))
    tokens = {"access_token": "EXAMPLE-token", "expires_in": 3600, "scopes": ["a", "b"]}
    vault.edit(lambda edit: edit.set_session(edit.find("Prod Events"), tokens))

    unicode_ = details(
        "rest", "日本.example", base_url="https://日本.example/", token=Secret("EXAMPLE-ключ\n"), port=443
    )
    vault.edit(lambda edit: edit.add(Draft("Ünïcode 日本 🔑", "Zeile 1\nZeile 2", (), unicode_)))
    limited = ProbeResult(ProbeStatus.RATE_LIMITED, START, 12, None, "slow down", 429, 1.5, None, 1)
    vault.edit(lambda edit: edit.record_probe(edit.find("ünïcode 日本 🔑"), limited))

    binary = details(
        "rest", certificate=Secret(b"\x00\x01\xff\xfeEXAMPLE\x00"), empty=Secret(""), big=Secret("E" * 6000)
    )
    vault.edit(lambda edit: edit.add(Draft("binary", "", ("α",), binary, expires_at=START + timedelta(days=400))))
    vault.edit(lambda edit: edit.add(Draft("removed", "", (), aventri)))
    vault.edit(lambda edit: edit.remove(edit.find("removed")))
    vault.edit(lambda edit: edit.add(Draft("old name", "", (), aventri)))
    vault.edit(lambda edit: edit.update(edit.find("old name"), Changes(name="new name", description="renamed")))


if __name__ == "__main__":
    main()
