"""AWS keys as a credential_process prints them ("Sourcing credentials with an external process", AWS SDKs guide)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexcred.errors import UsageError
from nexcred.model.secret import Secret
from nexcred.services.values.kept_details import quick_details

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nexcred.auth.assumed_role import RoleKeys
    from nexcred.model.credential import Credential, Value
    from nexcred.vault.vault import Vault

_VERSION = 1


def aws_keys(vault: Vault, credential: Credential, assume_role: Callable[[], RoleKeys]) -> dict[str, str | int]:
    """Return Version, AccessKeyId, SecretAccessKey and, of temporary keys, SessionToken and Expiration.

    Told by the fields alone, since reading the whole connector would take longer than all the rest: only a role is
    worth that. Raises UsageError for a credential of something else.
    """
    fields = quick_details(vault, credential)[1].fields
    if not {"access_key_id", "secret_key"} <= set(fields):
        raise UsageError(
            f"'{credential.name}' holds no AWS keys: it has no access_key_id and secret_key",
            hint="keep one with: nexcred add s3",
        )
    if "role_arn" in fields:
        return _of_role(assume_role())
    token = {"SessionToken": _text(fields, "session_token")} if "session_token" in fields else {}
    return _answer(_text(fields, "access_key_id"), _text(fields, "secret_key"), **token)


def _of_role(role: RoleKeys) -> dict[str, str | int]:
    keys, until = role.keys, f"{role.expires_at:%Y-%m-%dT%H:%M:%SZ}"
    return _answer(keys.access_key_id, keys.secret_key, SessionToken=keys.session_token, Expiration=until)


def _answer(access_key_id: str, secret_key: str, **more: str) -> dict[str, str | int]:
    return {"Version": _VERSION, "AccessKeyId": access_key_id, "SecretAccessKey": secret_key, **more}


def _text(fields: Mapping[str, Value], name: str) -> str:
    value = fields[name]
    return str(value.reveal() if isinstance(value, Secret) else value)
