"""Overviews as credentials for display, with their owner and the reader's roles."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.model.credential import Credential, Organisation, Person
from nexcred.vault.access_list import TO_TEAM, AccessList
from nexcred.vault.overview import Overview
from nexcred.vault.record import ROTATION
from nexcred.vault.roster import SHARE_WITH, TEAM_PREFIX, Roster

if TYPE_CHECKING:
    from nexcred.vault.version1.access_list import FirstAccessList


def to_credential(overview: Overview, revision: int, roster: Roster, reader: bytes) -> Credential:
    """Return the credential for display; `reader` is the member id of whoever looks."""
    credential = Credential(
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
        access_roles=(
            *roles_of(overview.owner, roster, reader),
            *team_roles(overview.access, teams_with(roster, reader)),
        ),
        version=overview.version,
        revision=revision,
        created_at=overview.created_at,
        updated_at=overview.updated_at,
        changed=overview.changed,
        probe=overview.probe,
        expires_at=overview.expires_at,
        has_rotation=overview.record_of(ROTATION) is not None,
    )
    content = overview.policy
    if content is None and not has_defaults(roster):
        return credential
    return with_terms(credential, content, overview.secret_at or overview.changed_at, roster)


def has_defaults(roster: Roster) -> bool:
    """True where the vault's settings may say when credentials end, or their secrets are due."""
    return len(roster.settings) > (SHARE_WITH in roster.settings)


def with_terms(credential: Credential, content: str | None, secret_at: datetime, roster: Roster) -> Credential:
    """Add what was entered for it, or holds by default: anybody's word, as all that is shown.

    `content` is that of its policy; its secret was changed last at `secret_at`.
    """
    from nexcred.vault.policy import shown_policy  # which few records have
    from nexcred.vault.terms import terms_of

    policy = shown_policy(content)
    terms = terms_of(
        policy,
        roster.settings,
        credential.connector,
        credential.tags,
        secret_at=secret_at,
        provided_at=credential.expires_at,
    )
    return credential._replace(expires_at=terms.ends_at, policy=policy, terms=terms)


def roles_of(owner: bytes, roster: Roster, reader: bytes) -> tuple[str, ...]:
    """Return the roles that `reader` has for a credential of this owner."""
    member = roster.present(reader)
    return ("owner",) if roster.id_of(owner) == roster.id_of(reader) else (member.role,) if member else ()


def teams_with(roster: Roster, reader: bytes) -> dict[bytes, str]:
    """Return by their ids the roles of the teams that `reader` is in."""
    member_id = roster.id_of(reader)
    return {one: f"{TEAM_PREFIX}{team.name}" for one, team in roster.teams.items() if member_id in team.members}


def team_roles(access: "AccessList | FirstAccessList", roles: Mapping[bytes, str]) -> tuple[str, ...]:
    """Return those of these roles by which a list, which is not proved here, lets a team hold the values."""
    if not roles or not isinstance(access, AccessList):
        return ()
    named = {to for kind, to, _ in access.grants if kind == TO_TEAM}
    return tuple(role for one, role in roles.items() if one in named)


def to_person(fingerprint: bytes, roster: Roster) -> Person:
    return Person(roster.id_of(fingerprint).hex(), roster.name_of(fingerprint))
