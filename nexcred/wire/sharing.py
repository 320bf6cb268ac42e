"""The JSON of `remove`, `trash empty`, `share`, `unshare`, `trust` and `vault settle`."""

from collections.abc import Iterable
from typing import TypedDict

from nexcred.model.credential import Credential
from nexcred.model.times import to_rfc3339
from nexcred.services.credentials.remove import Removal


class RemovedShape(TypedDict):
    """What was removed; it still works at its provider, and `revoke` says where to end that. What did not open has a
    name alone. `kept_until` is until when it stays in the trash, null for what is gone for good."""

    name: str
    id: str | None
    credentials_type: str | None
    revoke: str | None
    kept_until: str | None


class SharedShape(TypedDict):
    """Who holds a credential now and did not before, or in another way; `sealed` is false where nobody could seal it
    to them yet. What was completed names nobody."""

    name: str
    id: str
    members: list[str]
    sealed: bool


class UnsharedShape(TypedDict):
    """Who no longer holds a credential, and may know what it held; `revoke` says where to end that."""

    name: str
    id: str
    members: list[str]
    revoke: str | None


class TrustedShape(TypedDict):
    """`confirmed` where its values are vouched for, for everybody; else it is trusted on this machine."""

    name: str
    id: str
    confirmed: bool


class SettledShape(TypedDict):
    name: str
    members: list[str]


def removed_shape(removal: Removal) -> RemovedShape:
    credential = removal.credential
    return {
        "name": credential.name,
        "id": credential.id,
        "credentials_type": credential.connector,
        "revoke": removal.revoke or None,
        "kept_until": None if removal.kept_until is None else to_rfc3339(removal.kept_until),
    }


def shared_shape(credential: Credential, members: Iterable[str], *, sealed: bool) -> SharedShape:
    return {"name": credential.name, "id": credential.id, "members": list(members), "sealed": sealed}


def unshared_shape(removal: Removal, members: Iterable[str]) -> UnsharedShape:
    credential = removal.credential
    return {
        "name": credential.name,
        "id": credential.id,
        "members": list(members),
        "revoke": removal.revoke or None,
    }
