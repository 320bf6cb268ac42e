"""All that a vault holds, as JSON that can be compared."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from nexcred.errors import NotPermitted
from nexcred.model.credential import Credential, Details
from nexcred.model.secret import Secret
from nexcred.model.times import to_rfc3339
from nexcred.vault.vault import Vault
from tests.vectors.second_reader import Read


def tell(vault: Vault) -> dict[str, Any]:
    return {
        "vault_id": vault.vault_id.hex(),
        "organisation": vault.organisation.name,
        "me": plain(vault.me),
        "role": vault.role,
        "epoch": vault.epoch,
        "generation": vault.generation,
        "head_hash": vault.anchor.head_hash.hex(),
        "roster_hash": vault.anchor.roster_hash.hex(),
        "credentials": [_tell_credential(vault, credential) for credential in vault.credentials()],
    }


def plain(value: Any) -> Any:
    """Return a value of the model as JSON has it."""
    if isinstance(value, Secret):
        revealed = value.reveal()
        return {"text": revealed} if isinstance(revealed, str) else {"hex": revealed.hex()}
    if isinstance(value, datetime):
        return to_rfc3339(value)
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


def _tell_credential(vault: Vault, credential: Credential) -> dict[str, Any]:
    try:
        return _tell_opened(vault, credential)
    except NotPermitted as error:
        return {"credential": _shown(credential), "refused": str(error)}


def _tell_opened(vault: Vault, credential: Credential) -> dict[str, Any]:
    history = vault.history(credential)
    values: list[Details] = [vault.details_at(credential, one.version) for one in history]
    return {
        "credential": _shown(credential),
        "history": [{**plain(one), "details": _plain(details)} for one, details in zip(history, values, strict=True)],
        "session": vault.session(credential),
    }


def _shown(credential: Credential) -> Any:
    """Teams by which it is held, policies, rotations and earlier proofs are told since, not when these were kept."""
    shown = plain(credential)
    assert [shown.pop(name) for name in ("policy", "terms", "has_rotation")] == [None, None, False]
    assert shown["probe"] is None or shown["probe"].pop("proved") is None
    return shown | {"access_roles": [one for one in shown["access_roles"] if not one.startswith("team:")]}


def _plain(details: Details) -> Any:
    """The first version knew no hosts: what it wrote has none. Who named fields is kept by none: it is the author."""
    left_out = ("names_by",) if details.hosts is not None else ("names_by", "hosts")
    return {key: value for key, value in plain(details).items() if key not in left_out}


def without_words(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out in which words a credential is refused: what is frozen is the vault, and that it is."""
    credentials = [one | {"refused": True} if "refused" in one else one for one in told["credentials"]]
    return told | {"credentials": credentials}


def as_told(vault: Vault) -> dict[str, Read]:
    """Return what this program reads, as the second one says it."""
    told = {}
    for credential in vault.credentials():
        revisions: list[dict[str, object]] = []
        session = None
        with suppress(NotPermitted):
            history = vault.history(credential)
            revisions.extend(_fields(vault.details_at(credential, one.version)) for one in history)
        with suppress(NotPermitted):
            session = vault.session(credential)
        told[credential.name] = Read(revisions, session)
    return told


def _fields(details: Details) -> dict[str, object]:
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in details.fields.items()}
