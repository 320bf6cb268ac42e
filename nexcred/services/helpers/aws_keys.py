"""AWS keys as a credential_process prints them ("Sourcing credentials with an external process", AWS SDKs guide)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexcred.errors import UsageError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from nexcred.auth.assumed_role import RoleKeys
    from nexcred.model.credential import Credential, Value

_VERSION = 1


class AwsKeys(NamedTuple):
    """Keys to sign with: `session_token` is "" and `expires_at` None where there is none.

    `role_arn` is the role whose they are, "" for the user's own.
    """

    access_key_id: str
    secret_key: str
    session_token: str
    expires_at: datetime | None
    role_arn: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "expires_at")


def aws_keys(credential: Credential, fields: Mapping[str, Value], assume_role: Callable[[], RoleKeys]) -> AwsKeys:
    """Return the keys that are in the values, or those of the role that they name; raise UsageError for neither.

    Told by the fields alone, since reading the whole connector would take longer than all the rest: only a role is
    worth that.
    """
    if not {"access_key_id", "secret_key"} <= set(fields):
        raise UsageError(
            f"'{credential.name}' holds no AWS keys: it has no access_key_id and secret_key",
            hint="keep one with: nexcred add s3",
        )
    if "role_arn" in fields:
        role = assume_role()
        keys = role.keys
        return AwsKeys(keys.access_key_id, keys.secret_key, keys.session_token, role.expires_at, role.role_arn)
    token = _text(fields, "session_token") if "session_token" in fields else ""
    return AwsKeys(_text(fields, "access_key_id"), _text(fields, "secret_key"), token, None)


def as_process(keys: AwsKeys) -> dict[str, str | int]:
    """Return Version, AccessKeyId, SecretAccessKey and, of temporary keys, SessionToken and Expiration."""
    token = {"SessionToken": keys.session_token} if keys.session_token else {}
    end = {"Expiration": aws_time(keys.expires_at)} if keys.expires_at else {}
    return {
        "Version": _VERSION,
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_key,
        **token,
        **end,
    }


def aws_time(moment: datetime) -> str:
    """Return a time in UTC as AWS's tools read it everywhere."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _text(fields: Mapping[str, Value], name: str) -> str:
    value = fields[name]
    return str(value.reveal() if isinstance(value, Secret) else value)
