"""The overview of a credential: what all members see, and where its details and its history lie."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from nexcred.errors import Tampered
from nexcred.model.credential import Credential, Details, Organisation, Person
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339, to_rfc3339
from nexcred.vault.plaintext import (
    bytes_of,
    mapping,
    number,
    optional_time_from_json,
    optional_time_to_json,
    probe_from_json,
    probe_to_json,
    public_values,
    read_json,
    text,
    texts,
    write_json,
)
from nexcred.vault.primitives import DIGEST_BYTES
from nexcred.vault.roster import Roster
from nexcred.vault.sharing import AccessList, access_from_json, access_to_json


class Overview(NamedTuple):
    """`version`, `changed_at`, `changed_by` and `changed` tell of the last change of values.

    `details`, `session` and `previous` are SHA-256 of records; `previous` names the overview last moved to the
    history, `extra` holds keys that a newer version wrote.
    """

    name: str
    connector: str
    method: str
    description: str
    tags: tuple[str, ...]
    public: Mapping[str, str | int]
    secret_fields: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    owner: bytes
    access: AccessList
    created_at: datetime
    updated_at: datetime
    version: int
    changed_at: datetime
    changed_by: bytes
    changed: tuple[str, ...]
    details: bytes
    session: bytes | None
    previous: bytes | None
    probe: ProbeResult | None
    expires_at: datetime | None
    extra: Mapping[str, object]

    def agrees_with(self, details: Details) -> bool:
        """False when a member rewrote here what only recipients may set."""
        return (
            self.connector == details.connector
            and self.method == details.method
            and self.allowed_hosts == details.allowed_hosts
            and self.secret_fields == details.secret_fields
            and dict(self.public) == details.public
        )

    def __repr__(self) -> str:
        return repr_of(self, "name", "connector", "version")


def write_overview(overview: Overview) -> bytes:
    return write_json(
        {
            **overview.extra,
            "name": overview.name,
            "connector": overview.connector,
            "method": overview.method,
            "description": overview.description,
            "tags": list(overview.tags),
            "public": dict(overview.public),
            "secret_fields": list(overview.secret_fields),
            "allowed_hosts": list(overview.allowed_hosts),
            "owner": overview.owner.hex(),
            "access": access_to_json(overview.access),
            "created_at": to_rfc3339(overview.created_at),
            "updated_at": to_rfc3339(overview.updated_at),
            "version": overview.version,
            "changed_at": to_rfc3339(overview.changed_at),
            "changed_by": overview.changed_by.hex(),
            "changed": list(overview.changed),
            "details": overview.details.hex(),
            "session": None if overview.session is None else overview.session.hex(),
            "previous": None if overview.previous is None else overview.previous.hex(),
            "probe": None if overview.probe is None else probe_to_json(overview.probe),
            "expires_at": optional_time_to_json(overview.expires_at),
        }
    )


def read_overview(plaintext: bytes) -> Overview:
    """Raise Tampered for any other shape."""
    data = read_json(plaintext)
    try:
        return Overview(
            name=text(data.pop("name")),
            connector=text(data.pop("connector")),
            method=text(data.pop("method")),
            description=text(data.pop("description")),
            tags=texts(data.pop("tags")),
            public=public_values(data.pop("public")),
            secret_fields=texts(data.pop("secret_fields")),
            allowed_hosts=texts(data.pop("allowed_hosts")),
            owner=bytes.fromhex(text(data.pop("owner"))),
            access=access_from_json(mapping(data.pop("access"))),
            created_at=from_rfc3339(text(data.pop("created_at"))),
            updated_at=from_rfc3339(text(data.pop("updated_at"))),
            version=_version(data.pop("version")),
            changed_at=from_rfc3339(text(data.pop("changed_at"))),
            changed_by=bytes.fromhex(text(data.pop("changed_by"))),
            changed=texts(data.pop("changed")),
            details=_digest(data.pop("details")),
            session=_optional_digest(data.pop("session")),
            previous=_optional_digest(data.pop("previous")),
            probe=probe_from_json(data.pop("probe")),
            expires_at=optional_time_from_json(data.pop("expires_at")),
            extra=data,
        )
    except (KeyError, TypeError, ValueError):
        raise Tampered("the overview of a credential does not hold what it should") from None


def to_credential(overview: Overview, revision: int, roster: Roster, reader: bytes) -> Credential:
    """Return the overview as people see it; `reader` is the fingerprint of who looks."""
    return Credential(
        id=overview.access.record_id.hex(),
        name=overview.name,
        connector=overview.connector,
        method=overview.method,
        description=overview.description,
        tags=overview.tags,
        public=overview.public,
        secret_fields=overview.secret_fields,
        allowed_hosts=overview.allowed_hosts,
        owner=to_person(overview.owner, roster),
        organisation=Organisation(roster.vault_id.hex(), roster.organisation),
        access_roles=roles_of(overview.owner, roster, reader),
        version=overview.version,
        revision=revision,
        created_at=overview.created_at,
        updated_at=overview.updated_at,
        changed=overview.changed,
        probe=overview.probe,
        expires_at=overview.expires_at,
    )


def roles_of(owner: bytes, roster: Roster, reader: bytes) -> tuple[str, ...]:
    """Return what `reader` is to a credential of this owner."""
    member = roster.members.get(reader)
    return ("owner",) if roster.newest(owner) == reader else (member.role,) if member else ()


def to_person(fingerprint: bytes, roster: Roster) -> Person:
    known = roster.known.get(fingerprint)
    return Person(fingerprint.hex(), known.full_name if known else "somebody unknown")


def _version(data: object) -> int:
    version = number(data)
    if version < 1:
        raise ValueError
    return version


def _digest(data: object) -> bytes:
    return bytes_of(data, DIGEST_BYTES)


def _optional_digest(data: object) -> bytes | None:
    return None if data is None else _digest(data)
