"""The keys of the role that an AWS credential assumes."""

from datetime import datetime

from nexcred.auth.assumed_role import RoleKeys, read_role_keys
from nexcred.errors import UsageError
from nexcred.model.credential import Credential
from nexcred.services.grants.fresh_grant import fresh_grant
from nexcred.services.grants.sessions import Sessions
from nexcred.vault.vault import Vault


def role_keys(vault: Vault, credential: Credential, sessions: Sessions, *, now: datetime, timeout_s: float) -> RoleKeys:
    """Return those that are kept while they last, else new ones from STS; raises what fresh_grant does."""
    grant, details, _ = fresh_grant(vault, credential, sessions, timeout_s=timeout_s)
    session = grant.session or vault.session(credential)
    keys = read_role_keys(session, str(details.fields["role_arn"]), now)
    if keys is None:
        raise UsageError(f"'{credential.name}' names a role that its connector does not assume")
    return keys
