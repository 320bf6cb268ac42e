"""Overviews as a list shows them, decoded by msgspec: a tenth of the time, which counts from thousands on.

Apart from `overview`, which reads all of a record, since importing msgspec takes longer than opening a small vault.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from nexcred.errors import Tampered
from nexcred.model.credential import Credential, Organisation, Person
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339
from nexcred.vault.overview import read_overview, roles_of, to_credential, to_person
from nexcred.vault.plaintext import optional_time_from_json
from nexcred.vault.record import Header, record_id_of
from nexcred.vault.roster import Roster

_Count = Annotated[int, Meta(ge=1)]


class _Access(Struct, gc=False):
    creator: str
    salt: str


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
    owner: str
    access: _Access
    created_at: str
    updated_at: str
    version: _Count
    changed: tuple[str, ...]
    probe: _Probe | None
    expires_at: str | None

    def __repr__(self) -> str:
        return repr_of(self, "name", "connector", "version")


def reader_of_listed(roster: Roster, reader: bytes) -> Callable[[Header, bytes], Credential]:
    """Return what makes a Credential of a header and its plaintext for `reader`, a fingerprint; it raises Tampered."""
    decode = msgspec.json.Decoder(_Listed).decode
    organisation = Organisation(roster.vault_id.hex(), roster.organisation)

    @lru_cache
    def seen_by(owner: str) -> tuple[Person, tuple[str, ...]]:
        fingerprint = bytes.fromhex(owner)
        return to_person(fingerprint, roster), roles_of(fingerprint, roster, reader)

    def quick(header: Header, plaintext: bytes) -> Credential:
        listed = decode(plaintext)
        record_id = record_id_of(bytes.fromhex(listed.access.creator), bytes.fromhex(listed.access.salt))
        owner, roles = seen_by(listed.owner)
        return Credential(
            record_id.hex(),
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
            roles,
            listed.version,
            header.revision,
            from_rfc3339(listed.created_at),
            from_rfc3339(listed.updated_at),
            listed.changed,
            _result(listed.probe),
            optional_time_from_json(listed.expires_at),
        )

    def read(header: Header, plaintext: bytes) -> Credential:
        try:
            credential = quick(header, plaintext)
        except (msgspec.DecodeError, ValueError):  # whether it is wrong or merely unusual, the other reader decides
            credential = to_credential(read_overview(plaintext), header.revision, roster, reader)
        if credential.id != header.record_id.hex():
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
    )
