"""The keys of the role that an AWS credential assumes."""

from datetime import timedelta

from nexcred.auth.assumed_role import RoleKeys, read_role_keys
from nexcred.auth.flow import Grant
from nexcred.connectors.load.fast_reader import QuickMethod
from nexcred.errors import UsageError
from nexcred.model.credential import Credential, Details
from nexcred.services.grants.fresh_grant import asked_grant, grant_for
from nexcred.services.grants.sessions import Sessions

_ANY = timedelta(0)


def role_keys(
    credential: Credential,
    method: QuickMethod,
    details: Details,
    sessions: Sessions,
    *,
    timeout_s: float,
    at_least: timedelta = _ANY,
) -> RoleKeys:
    """Return those that are kept while they last for so long, else new ones from STS; raises what grant_for does.

    What STS gives now is given, however long it lasts.
    """
    grant = grant_for(credential, method, details, sessions, timeout_s=timeout_s).grant
    keys = _keys_in(grant, credential, details, sessions)
    if grant.session is None and keys.expires_at - sessions.now() < at_least:
        grant = asked_grant(credential, details, sessions, timeout_s, doubted=grant)
        keys = _keys_in(grant, credential, details, sessions)
    return keys


def _keys_in(grant: Grant, credential: Credential, details: Details, sessions: Sessions) -> RoleKeys:
    session = grant.session or sessions.kept_session(credential)
    keys = read_role_keys(session, str(details.fields["role_arn"]), sessions.now())
    if keys is None:
        raise UsageError(f"'{credential.name}' names a role that its connector does not assume")
    return keys
