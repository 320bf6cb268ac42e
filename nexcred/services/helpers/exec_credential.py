"""Credentials for kubectl and other clients of Kubernetes (client.authentication.k8s.io/v1, ExecCredential)."""

import json

from nexcred.auth.flow import Grant
from nexcred.errors import InvalidData
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.times import to_rfc3339
from nexcred.services.grants.fresh_grant import fresh_grant, without_token
from nexcred.services.grants.sessions import Sessions
from nexcred.vault.vault import Vault

_GROUP = "client.authentication.k8s.io/"
_BEARER = "Bearer "


class ExecRequest(NamedTuple):
    """What the client says of itself. `server` is "" unless its configuration has `provideClusterInfo`."""

    api_version: str = f"{_GROUP}v1"
    server: str = ""


def read_asked(text: str) -> ExecRequest:
    """Read KUBERNETES_EXEC_INFO; clients that set none take the current version. Raises InvalidData."""
    if not text:
        return ExecRequest()
    try:
        info = json.loads(text)
        version, cluster = info["apiVersion"], info.get("spec", {}).get("cluster") or {}
        server = cluster.get("server", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InvalidData("KUBERNETES_EXEC_INFO is not an ExecCredential") from None
    if not isinstance(version, str) or not version.startswith(_GROUP) or not isinstance(server, str):
        raise InvalidData("KUBERNETES_EXEC_INFO is of no version that nexcred knows")
    return ExecRequest(version, server)


def exec_credential(
    vault: Vault, credential: Credential, sessions: Sessions, asked: ExecRequest, *, timeout_s: float
) -> dict[str, object]:
    """Return the object to print: a bearer token and when it ends.

    Raises HostRefused when the client names a cluster that the credential may not be sent to, UsageError for one that
    is no bearer token, and what fresh_grant does.
    """
    grant, details, method = fresh_grant(vault, credential, sessions, timeout_s=timeout_s)
    if asked.server:
        from nexcred.services.values.policy import policy_of  # few clients say which cluster they mean

        policy_of(method.hosts, method, details).check(asked.server)
    token = _bearer_token(grant)
    if not token:
        raise without_token(credential, details.method, method.fields)
    until = {"expirationTimestamp": to_rfc3339(grant.expires_at)} if grant.expires_at else {}
    return {"apiVersion": asked.api_version, "kind": "ExecCredential", "status": {"token": token, **until}}


def _bearer_token(grant: Grant) -> str:
    header = next((value for name, value in grant.headers.items() if name.lower() == "authorization"), "")
    return header.removeprefix(_BEARER) if header.startswith(_BEARER) else ""
