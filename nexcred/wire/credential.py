"""The JSON of a credential that programs read: a contract, set down once."""

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NotRequired, TypedDict

from nexcred.model.credential import Credential, Value
from nexcred.model.probe import ProbeResult, verified_status
from nexcred.model.secret import Secret
from nexcred.model.times import to_rfc3339
from nexcred.wire.begun_rotation import BegunRotationShape, begun_rotation_shape

if TYPE_CHECKING:  # `list` has no use for it
    from nexcred.model.lifecycle import Exposure, Former
    from nexcred.services.audit.usage import Usage
    from nexcred.services.rotation.former import Superseded
    from nexcred.services.vaults.proof import Proof
    from nexcred.vault.candidate import Candidate
    from nexcred.vault.journal import Journal


class BytesShape(TypedDict):
    """Bytes that are no UTF-8 text."""

    base64: str


Revealed = str | int | BytesShape


class OwnerShape(TypedDict):
    id: str
    full_name: str
    email: str | None


class OrgShape(TypedDict):
    id: str
    name: str
    email_domain: str | None


class CredentialProbeShape(TypedDict):
    status: str
    identity: str | None
    detail: str
    checked_at: str
    elapsed_ms: int


class CandidateShape(TypedDict):
    """New values that are kept sealed until they are proved, and what was found of them."""

    kept_at: str
    probe: CredentialProbeShape | None


class HolderShape(TypedDict):
    """Somebody who holds the values, by a list that was proved. `may` is write or read; `teams` are those through which
    they do, none where they are named themselves."""

    id: str
    full_name: str
    may: str
    teams: list[str]


class ExposureShape(TypedDict):
    """Somebody has the secret of this revision who should not: `why` is left, unshared, restored or leaked.

    `who` is a member's id and `name` what they were called, null where nobody is known. `by` is the id of who said so.
    """

    revision: int
    why: str
    at: str
    who: str | None
    name: str | None
    reason: str
    by: str | None


class SupersededShape(TypedDict):
    """A former secret, by the newest revision that has it; times are null where nobody asked or revoked."""

    revision: int
    state: str
    asked_at: str | None
    revoked_at: str | None
    outlives_until: str | None


class CredentialShape(TypedDict):
    """A credential with the response fields of the seed.

    `expires_at` is the nearest of its ends, `expires_entered_at` the one that a person entered. `due_at` is when its
    secret is older than `rotate_every_days`. These, `superseded` and `exposures` are what the overview says; `show` has
    all former secrets under `superseded`, those of which nothing is known and dead ones too.

    `access_roles` are yours: owner, or your role in the vault, and `team:NAME` for each team of yours that it is shared
    with, as the overview says. `held_by`, only of `show`, is proved.
    `credentials` only where secrets are revealed; `candidate` of `show` and `update`, null where nothing is
    kept for this identity; `rotation` of `show`, null where none is on its way; `last_used_at` and `projects`, the
    folders of project files that use it, only of `show`, as far as this user's own log tells; `vault`, what you call
    it, only where `list` was given several.
    """

    id: str
    name: str
    description: str
    owner: OwnerShape
    org: OrgShape
    access_roles: list[str]
    credentials_type: str
    method: str
    credentials_version: str
    credentials_non_secure_data: dict[str, str | int]
    secret_fields: list[str]
    tags: list[str]
    allowed_hosts: list[str]
    verified_status: str | None
    verified_at: str | None
    expires_at: str | None
    expires_entered_at: str | None
    rotate_every_days: int | None
    due_at: str | None
    superseded: list[SupersededShape]
    exposures: list[ExposureShape]
    probe: CredentialProbeShape | None
    created_at: str
    updated_at: str
    credentials: NotRequired[dict[str, Revealed]]
    candidate: NotRequired[CandidateShape | None]
    rotation: NotRequired[BegunRotationShape | None]
    last_used_at: NotRequired[str | None]
    projects: NotRequired[list[str]]
    held_by: NotRequired[list[HolderShape]]
    vault: NotRequired[str]


def credential_shape(credential: Credential, revealed: Mapping[str, Value] | None = None) -> CredentialShape:
    """Shape a credential; `revealed` are all its values, secrets included."""
    verified, terms, policy = verified_status(credential.probe), credential.terms, credential.policy
    shape: CredentialShape = {
        "id": credential.id,
        "name": credential.name,
        "description": credential.description,
        "owner": {
            "id": credential.owner.id,
            "full_name": credential.owner.full_name,
            "email": credential.owner.email,
        },
        "org": {
            "id": credential.organisation.id,
            "name": credential.organisation.name,
            "email_domain": credential.organisation.email_domain,
        },
        "access_roles": list(credential.access_roles),
        "credentials_type": credential.connector,
        "method": credential.method,
        "credentials_version": str(credential.version),
        "credentials_non_secure_data": dict(credential.public),
        "secret_fields": list(credential.secret_fields),
        "tags": list(credential.tags),
        "allowed_hosts": list(credential.allowed_hosts),
        "verified_status": verified,
        "verified_at": to_rfc3339(credential.probe.checked_at) if credential.probe and verified == "VERIFIED" else None,
        "expires_at": _time(credential.expires_at),
        "expires_entered_at": _time(terms.entered_at) if terms else None,
        "rotate_every_days": terms.rotate_every_days if terms else None,
        "due_at": _time(terms.due_at) if terms else None,
        "superseded": [superseded_shape(one) for one in policy.superseded] if policy else [],
        "exposures": [exposure_shape(one) for one in policy.exposed] if policy else [],
        "probe": _credential_probe(credential.probe),
        "created_at": to_rfc3339(credential.created_at),
        "updated_at": to_rfc3339(credential.updated_at),
    }
    if revealed is not None:
        shape["credentials"] = {name: reveal(value) for name, value in revealed.items()}
    return shape


def exposure_shape(exposure: "Exposure") -> ExposureShape:
    return {
        "revision": exposure.revision,
        "why": exposure.why,
        "at": to_rfc3339(exposure.at),
        "who": exposure.who or None,
        "name": exposure.name or None,
        "reason": exposure.reason,
        "by": exposure.by or None,
    }


def superseded_shape(former: "Former") -> SupersededShape:
    return {
        "revision": former.revision,
        "state": former.state,
        "asked_at": _time(former.asked_at),
        "revoked_at": _time(former.revoked_at),
        "outlives_until": _time(former.outlives_until),
    }


def with_usage(shape: CredentialShape, usage: "Usage") -> CredentialShape:
    """Add where it was used on this machine."""
    return {**shape, "last_used_at": _time(usage.last_used_at), "projects": list(usage.projects)}


def with_holders(shape: CredentialShape, proof: "Proof | None") -> CredentialShape:
    """Add who holds it; nothing in a vault of version 1."""
    if proof is None:
        return shape
    holders: list[HolderShape] = [
        {
            "id": holder.id.hex(),
            "full_name": holder.full_name,
            "may": "write" if holder.is_writer else "read",
            "teams": list(holder.teams),
        }
        for holder in proof.holders
    ]
    return {**shape, "held_by": holders}


def with_candidate(shape: CredentialShape, candidate: "Candidate | None") -> CredentialShape:
    """Add what is kept until it is proved; nothing of its values."""
    if candidate is None:
        return {**shape, "candidate": None}
    return {
        **shape,
        "candidate": {"kept_at": to_rfc3339(candidate.kept_at), "probe": _credential_probe(candidate.probe)},
    }


def with_rotation(shape: CredentialShape, journal: "Journal | None") -> CredentialShape:
    """Add how far its rotation has come."""
    return {**shape, "rotation": None if journal is None else begun_rotation_shape(journal)}


def with_superseded(shape: CredentialShape, superseded: "Iterable[Superseded]") -> CredentialShape:
    """Add the former secrets, and what is known of them."""
    return {**shape, "superseded": [_superseded(one) for one in superseded]}


def _superseded(one: "Superseded") -> SupersededShape:
    nothing: SupersededShape = {
        "revision": one.revision,
        "state": one.state,
        "asked_at": None,
        "revoked_at": None,
        "outlives_until": None,
    }
    return superseded_shape(one.former) if one.former else nothing


def _credential_probe(result: ProbeResult | None) -> CredentialProbeShape | None:
    if result is None:
        return None
    return {
        "status": result.status.value,
        "identity": result.identity,
        "detail": result.detail,
        "checked_at": to_rfc3339(result.checked_at),
        "elapsed_ms": result.elapsed_ms,
    }


def reveal(value: Value) -> Revealed:
    """Return the value itself, for output that was asked to hold it."""
    if not isinstance(value, Secret):
        return value
    plain = value.reveal()
    return plain if isinstance(plain, str) else {"base64": base64.b64encode(plain).decode()}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else to_rfc3339(moment)
