"""Vaults for tests: how one is founded, filled and looked through."""

from collections.abc import Mapping
from datetime import UTC, datetime

from nexcred.model.credential import Credential, Details, Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.vault.changes import Changes, NewRecord
from nexcred.vault.founding import found_vault
from nexcred.vault.history import Revision
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.plaintext import Json
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault

NOW = datetime(2026, 11, 21, 12, 30, 15, 123_000, tzinfo=UTC)
SEED = b"EXAMPLE seed, 32 bytes of no use"


def found(store: Store, *, seed: bytes = SEED, slots: tuple[bytes, ...] = ()) -> Identity:
    """Found a vault and return its founder, bound to it."""
    founder = Identity(seed, NO_VAULT)
    return found_vault(
        store, founder, organisation="Example Ltd", full_name="Ada Example", slots_for=lambda _: slots, now=NOW
    )


def open_new(store: Store, *, seed: bytes = SEED) -> Vault:
    return Vault(store, found(store, seed=seed), now=lambda: NOW)


def details(secret: str | bytes = "EXAMPLE-key", **more: Value) -> Details:
    fields: dict[str, Value] = {"account_id": "EXAMPLE-account", "port": 443, "api_key": Secret(secret), **more}
    return Details("aventri", "00" * 32, "api_key", ("api.example.com:8443",), fields)


def draft(name: str, secret: str | bytes = "EXAMPLE-key", **more: Value) -> NewRecord:
    return NewRecord(name, f"about {name}", ("prod",), details(secret, **more))


def accepted(version: int = 1) -> ProbeResult:
    return ProbeResult(ProbeStatus.ACCEPTED, NOW, 12, identity="ada@example.com", version=version, http_status=200)


def add(vault: Vault, name: str, secret: str | bytes = "EXAMPLE-key", **more: Value) -> Credential:
    return vault.edit(lambda edit: edit.add(draft(name, secret, **more)))


def update(vault: Vault, name: str, secret: str | bytes, **more: Value) -> Credential:
    """Give a credential new values."""
    changes = Changes(details=details(secret, **more))
    return vault.edit(lambda edit: edit.update(edit.find(name), changes))


def describe(vault: Vault, name: str, description: str) -> Credential:
    return vault.edit(lambda edit: edit.update(edit.find(name), Changes(description=description)))


def set_session(vault: Vault, name: str, session: Json | None) -> Credential:
    return vault.edit(lambda edit: edit.set_session(edit.find(name), session))


def remove(vault: Vault, name: str) -> None:
    """Put a credential into the trash."""
    vault.edit(lambda edit: edit.remove(edit.find(name)))


def purge(vault: Vault, name: str) -> None:
    """Remove a credential for good."""
    vault.edit(lambda edit: edit.purge(edit.find(name)))


def everything(vault: Vault) -> Mapping[str, tuple[Credential, list[tuple[Revision, Details]], Json | None]]:
    """Return all that can be read of a vault."""
    return {credential.name: whole(vault, credential) for credential in vault.credentials()}


def whole(vault: Vault, credential: Credential) -> tuple[Credential, list[tuple[Revision, Details]], Json | None]:
    revisions = [(one, vault.details_at(credential, one.version)) for one in vault.history(credential)]
    return credential, revisions, vault.session(credential)


def fill(vault: Vault) -> None:
    """Leave one credential of each sort: fresh, with a history, with a session and a probe result, with binary."""
    add(vault, "Prod Events")
    add(vault, "Ünïcode 日本", "EXAMPLE-ключ")
    for number in range(3):
        update(vault, "Ünïcode 日本", f"EXAMPLE-{number}")
    add(vault, "binary", b"\x00\xff\xfeEXAMPLE")
    set_session(vault, "binary", {"access_token": "EXAMPLE-token"})
    vault.edit(lambda edit: edit.record_probe(edit.find("binary"), accepted()))
