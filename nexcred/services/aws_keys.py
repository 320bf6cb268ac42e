"""AWS keys as a credential_process prints them ("Sourcing credentials with an external process", AWS SDKs guide)."""

from nexcred.errors import UsageError
from nexcred.model.credential import Credential
from nexcred.model.secret import Secret
from nexcred.vault.vault import Vault

_VERSION = 1
_NAMES = {"AccessKeyId": "access_key_id", "SecretAccessKey": "secret_key", "SessionToken": "session_token"}


def aws_keys(vault: Vault, credential: Credential) -> dict[str, str | int]:
    """Return Version, AccessKeyId, SecretAccessKey and, for temporary keys, SessionToken; raise UsageError.

    Told by the fields alone, since reading the connector's file would take longer than all the rest.
    """
    fields = vault.details(credential).fields
    if not {"access_key_id", "secret_key"} <= set(fields):
        raise UsageError(
            f"'{credential.name}' holds no AWS keys: it has no access_key_id and secret_key",
            hint="keep one with: nexcred add s3",
        )
    keys: dict[str, str | int] = {"Version": _VERSION}
    for name, field in _NAMES.items():
        value = fields.get(field)
        if value is not None:
            keys[name] = str(value.reveal() if isinstance(value, Secret) else value)
    return keys
