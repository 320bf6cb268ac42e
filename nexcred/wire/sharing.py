"""The JSON of `remove`, `trash empty`, `share`, `unshare`, `trust` and `vault settle`."""

from typing import TypedDict

from nexcred.model.credential import Credential
from nexcred.model.times import to_rfc3339
from nexcred.services.credentials.remove import Removal
from nexcred.services.vaults.recipients import Recipients
from nexcred.services.vaults.share import Affected


class RemovedShape(TypedDict):
    """What was removed; it still works at its provider, and `revoke` says where to end that. What did not open has a
    name alone. `kept_until` is until when it stays in the trash, null for what is gone for good."""

    name: str
    id: str | None
    credentials_type: str | None
    revoke: str | None
    kept_until: str | None


class SharedTeamShape(TypedDict):
    """A team, and who holds by it what is shared with it."""

    id: str
    name: str
    members: list[str]


class SharedShape(TypedDict):
    """Which members and teams hold a credential now and did not before, or in another way; `sealed` is false where
    nobody could seal it to all of them yet. What was completed names nobody."""

    name: str
    id: str
    members: list[str]
    teams: list[SharedTeamShape]
    sealed: bool


class UnsharedShape(TypedDict):
    """Which members and teams a credential is no longer shared with. `exposed_to` are those who hold it no more, and
    may know what it held; `revoke` says where to end that."""

    name: str
    id: str
    members: list[str]
    teams: list[SharedTeamShape]
    exposed_to: list[str]
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


def shared_shape(credential: Credential, named: Recipients, *, sealed: bool) -> SharedShape:
    return {
        "name": credential.name,
        "id": credential.id,
        "members": [member.full_name for member in named.members],
        "teams": _teams(named),
        "sealed": sealed,
    }


def unshared_shape(removal: Removal, affected: Affected) -> UnsharedShape:
    return {
        "name": removal.credential.name,
        "id": removal.credential.id,
        "members": [member.full_name for member in affected.named.members],
        "teams": _teams(affected.named),
        "exposed_to": [member.full_name for member in affected.people],
        "revoke": removal.revoke or None,
    }


def _teams(named: Recipients) -> list[SharedTeamShape]:
    return [
        {"id": team.id.hex(), "name": team.name, "members": [member.full_name for member in team.members]}
        for team in named.teams
    ]
