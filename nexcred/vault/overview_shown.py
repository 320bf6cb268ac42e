"""Overviews as credentials for display, with their owner and the reader's roles."""

from nexcred.model.credential import Credential, Organisation, Person
from nexcred.vault.overview import Overview
from nexcred.vault.roster import Roster


def to_credential(overview: Overview, revision: int, roster: Roster, reader: bytes) -> Credential:
    """Return the credential for display; `reader` is the member id of whoever looks."""
    return Credential(
        id=overview.record_id.hex(),
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
    """Return the roles that `reader` has for a credential of this owner."""
    member = roster.present(reader)
    return ("owner",) if roster.id_of(owner) == roster.id_of(reader) else (member.role,) if member else ()


def to_person(fingerprint: bytes, roster: Roster) -> Person:
    return Person(roster.id_of(fingerprint).hex(), roster.name_of(fingerprint))
