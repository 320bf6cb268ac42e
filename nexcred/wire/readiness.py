"""The JSON of `check`."""

from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.services.readiness import Finding


class FindingShape(TypedDict):
    """One credential that the project needs. `status` is ready, or what is to be mended by `hint`."""

    name: str
    credentials_type: str | None
    status: str
    variables: list[str]
    detail: str
    hint: str
    expires_at: str | None


def finding_shape(finding: Finding) -> FindingShape:
    credential = finding.credential
    expires_at = credential.expires_at if credential else None
    return {
        "name": finding.name,
        "credentials_type": credential.connector if credential else None,
        "status": finding.readiness.value,
        "variables": list(finding.variables),
        "detail": finding.detail,
        "hint": finding.hint,
        "expires_at": to_rfc3339(expires_at) if expires_at else None,
    }
