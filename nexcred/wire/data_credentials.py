"""The JSON of Nexla's `data_credentials`, as its clients read and write it: a second shape of what `show` tells."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from nexcred.model.credential import Credential
from nexcred.model.probe import verified_status
from nexcred.model.times import to_rfc3339
from nexcred.nexla.integer_ids import integer_id
from nexcred.services.audit.events import ADDED, CHANGED, Event

SECONDS_OF_A_TOKEN = 86_400


class AccessTokenShape(TypedDict):
    """What a service key is exchanged for."""

    access_token: str
    token_type: str
    expires_in: int


class NexlaOwnerShape(TypedDict):
    """Who added it; no vault knows mail addresses, and the clients insist on a text."""

    id: int
    full_name: str
    email: str


class NexlaOrgShape(TypedDict):
    """The vault."""

    id: int
    name: str
    email_domain: str | None


class DataCredentialShape(TypedDict):
    """A credential with the fields of the seed, and tags. Of what it holds it says what is no secret.

    `access_roles` are what the service's identity may: owner, admin (change it) or collaborator (read it); none where
    it is not shared with it. `referenced_resource_ids` only where it was asked to expand: nothing refers to it here.
    """

    id: int
    name: str
    description: str
    owner: NexlaOwnerShape
    org: NexlaOrgShape
    access_roles: list[str]
    credentials_type: str
    credentials_version: str
    credentials_non_secure_data: dict[str, str | int]
    verified_status: str | None
    verified_at: str | None
    tags: list[str]
    created_at: str
    updated_at: str
    referenced_resource_ids: NotRequired[dict[str, list[int]]]


class NewDataCredentialShape(TypedDict):
    """What is to be added. An answer's other fields are taken too, and mean nothing."""

    name: str
    credentials_type: str
    credentials: dict[str, Any]
    description: NotRequired[str | None]
    method: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    credentials_non_secure_data: NotRequired[dict[str, Any] | None]


class ChangedDataCredentialShape(TypedDict):
    """What is to be changed: what is not said, or null, stays; `credentials` replaces every value that there is."""

    name: NotRequired[str | None]
    description: NotRequired[str | None]
    credentials_type: NotRequired[str | None]
    credentials: NotRequired[dict[str, Any] | None]
    method: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    credentials_non_secure_data: NotRequired[dict[str, Any] | None]


class DoneShape(TypedDict):
    """That something was done, in words."""

    status: str
    message: str


class AcceptedByProviderShape(TypedDict):
    """The provider accepted the credential; for anything else there is a failure."""

    status: str
    message: str
    output: dict[str, Any]


class AccessorShape(TypedDict):
    """A member (USER) or a team (TEAM) that holds a credential; a member's `email` is the name in the vault."""

    type: str
    id: int
    access_roles: list[str]
    email: NotRequired[str]
    name: NotRequired[str]


class NamedAccessorShape(TypedDict):
    """A member or a team, by its id or its name: `email` of a member, `name` of a team."""

    type: str
    access_roles: NotRequired[list[str]]
    id: NotRequired[int | None]
    email: NotRequired[str | None]
    name: NotRequired[str | None]
    org_id: NotRequired[int | None]


class AccessorsShape(TypedDict):
    accessors: list[NamedAccessorShape]


class AuditUserShape(TypedDict):
    full_name: str


class AuditEntryShape(TypedDict):
    """An event of one credential. Values are never told: `change_summary` names the fields, `object_changes` is empty.

    What the clients want and no vault knows is an empty text; `token` is what asked the service for it.
    """

    id: int
    item_type: str
    item_id: int
    event: str
    change_summary: list[str]
    object_changes: dict[str, list[Any]]
    request_ip: str
    request_user_agent: str
    request_url: str
    user: AuditUserShape
    org_id: int
    owner_id: int
    owner_email: str
    created_at: str
    token: str | None


# Nexla's words for what happens to a credential; uses have the words of the commands.
AUDIT_EVENTS = {ADDED: "create", CHANGED: "update"}


def data_credential_shape(
    credential: Credential, credentials_type: str, roles: Sequence[str], *, shows_values: bool = True
) -> DataCredentialShape:
    """Shape a credential; without the values where who asks may neither list nor show it."""
    verified, owner, vault = verified_status(credential.probe), credential.owner, credential.organisation
    return {
        "id": integer_id(credential.id),
        "name": credential.name,
        "description": credential.description,
        "owner": {"id": integer_id(owner.id), "full_name": owner.full_name, "email": owner.email or ""},
        "org": {"id": integer_id(vault.id), "name": vault.name, "email_domain": vault.email_domain},
        "access_roles": list(roles),
        "credentials_type": credentials_type,
        "credentials_version": str(credential.version),
        "credentials_non_secure_data": dict(credential.public) if shows_values else {},
        "verified_status": verified,
        "verified_at": to_rfc3339(credential.probe.checked_at) if credential.probe and verified == "VERIFIED" else None,
        "tags": list(credential.tags),
        "created_at": to_rfc3339(credential.created_at),
        "updated_at": to_rfc3339(credential.updated_at),
    }


def audit_entry_shape(credential: Credential, number: int, event: Event) -> AuditEntryShape:
    """Shape an event; `number` counts the events of the credential from its first one."""
    return {
        "id": number,
        "item_type": "DataCredential",
        "item_id": integer_id(credential.id),
        "event": AUDIT_EVENTS.get(event.action, event.action),
        "change_summary": list(event.what),
        "object_changes": {},
        "request_ip": "",
        "request_user_agent": "",
        "request_url": "",
        "user": {"full_name": event.by},
        "org_id": integer_id(credential.organisation.id),
        "owner_id": integer_id(credential.owner.id),
        "owner_email": credential.owner.email or "",
        "created_at": to_rfc3339(event.at),
        "token": event.token or None,
    }
