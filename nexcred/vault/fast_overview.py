"""Overviews as a list shows them, decoded by msgspec: a tenth of the time, which counts from thousands on.

Apart from `overview`, which reads all of a record, since importing msgspec takes longer than opening a small vault.
"""

from collections.abc import Callable
from functools import lru_cache

import nexcred.model.lean_msgspec  # noqa: F401  before msgspec itself

# isort: split
import msgspec
from msgspec import Struct

from nexcred.errors import Tampered
from nexcred.model.credential import Credential, Organisation, Person
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339
from nexcred.vault.access_list import creator_and_salt, read_list
from nexcred.vault.overview import read_overview
from nexcred.vault.overview_shown import (
    has_defaults,
    roles_of,
    team_roles,
    teams_with,
    to_credential,
    to_person,
    with_terms,
)
from nexcred.vault.plaintext import optional_time_from_json
from nexcred.vault.record import Header, record_id_of
from nexcred.vault.roster import Roster
from nexcred.vault.statements import revision_in
from nexcred.vault.version1.overview import read_first_overview


class _Probe(Struct, gc=False):
    status: ProbeStatus
    checked_at: str
    elapsed_ms: int
    identity: str | None
    detail: str
    http_status: int | None
    retry_after_s: float | None
    expires_at: str | None
    version: int
    proved: ProbeStatus | None = None


class _PolicyPart(Struct, gc=False):
    content: str | None = None

    def __repr__(self) -> str:
        return repr_of(self)


class _RotationPart(Struct, gc=False):
    record: str | None = None

    def __repr__(self) -> str:
        return repr_of(self)


class _Parts(Struct, gc=False):
    """Of the parts beside the values only what lies in the overview, and whether there is a rotation."""

    policy: _PolicyPart | None = None
    rotation: _RotationPart | None = None


class _Listed(Struct, gc=False):
    """What a list shows of an overview; its other keys are skipped."""

    name: str
    connector: str
    method: str
    description: str
    tags: tuple[str, ...]
    public: dict[str, str | int]
    secret_fields: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    access: str
    statement: str
    created_at: str
    updated_at: str
    changed_at: str
    changed: tuple[str, ...]
    probe: _Probe | None
    expires_at: str | None
    removed_at: str | None = None
    parts: _Parts | None = None
    secret_at: str | None = None

    def __repr__(self) -> str:
        return repr_of(self, "name", "connector")


def reader_of_listed(roster: Roster, reader: bytes) -> Callable[[Header, bytes], Credential | None]:
    """Return what makes a Credential of a header and its plaintext for `reader`, a member id; None for the trash.

    It raises Tampered. Of list and statement only what is shown is read: nothing of either is proved here.
    """
    decode = msgspec.json.Decoder(_Listed).decode
    organisation = Organisation(roster.vault_id.hex(), roster.organisation)

    @lru_cache
    def seen_by(owner: bytes) -> tuple[Person, tuple[str, ...]]:
        return to_person(owner, roster), roles_of(owner, roster, reader)

    teams, is_with_defaults = teams_with(roster, reader), has_defaults(roster)

    def quick(header: Header, plaintext: bytes) -> Credential | None:
        listed = decode(plaintext)
        if listed.removed_at is not None:
            return None
        rotation, policy = (None, None) if listed.parts is None else (listed.parts.rotation, listed.parts.policy)
        creator, salt = creator_and_salt(listed.access)
        owner, roles = seen_by(creator)
        credential = Credential(
            record_id_of(creator, salt).hex(),
            listed.name,
            listed.connector,
            listed.method,
            listed.description,
            listed.tags,
            listed.public,
            listed.secret_fields,
            listed.allowed_hosts,
            owner,
            organisation,
            (*roles, *team_roles(read_list(listed.access), teams)) if teams else roles,
            revision_in(listed.statement),
            header.revision,
            from_rfc3339(listed.created_at),
            from_rfc3339(listed.updated_at),
            listed.changed,
            _result(listed.probe),
            optional_time_from_json(listed.expires_at),
            None,
            None,
            rotation is not None and rotation.record is not None,
        )
        content = None if policy is None else policy.content
        if content is None and not is_with_defaults:
            return credential
        return with_terms(credential, content, from_rfc3339(listed.secret_at or listed.changed_at), roster)

    def slow(header: Header, plaintext: bytes) -> Credential | None:
        overview = read_first_overview(plaintext) if roster.is_first_format else read_overview(plaintext)
        return None if overview.removed_at is not None else to_credential(overview, header.revision, roster, reader)

    def read(header: Header, plaintext: bytes) -> Credential | None:
        try:
            credential = slow(header, plaintext) if roster.is_first_format else quick(header, plaintext)
        except (msgspec.DecodeError, ValueError):  # whether it is wrong or merely unusual, the other reader decides
            credential = slow(header, plaintext)
        if credential is not None and credential.id != header.record_id.hex():
            raise Tampered("a record of the vault was exchanged for another")
        return credential

    return read


def _result(probe: _Probe | None) -> ProbeResult | None:
    if probe is None:
        return None
    return ProbeResult(
        probe.status,
        from_rfc3339(probe.checked_at),
        probe.elapsed_ms,
        probe.identity,
        probe.detail,
        probe.http_status,
        probe.retry_after_s,
        optional_time_from_json(probe.expires_at),
        probe.version,
        probe.proved,
    )
