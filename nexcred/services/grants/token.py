"""A fresh access token of one credential."""

from datetime import datetime

from nexcred.auth.flow import Grant
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.services.grants.fresh_grant import FreshGrant, fresh_grant, without_token
from nexcred.services.grants.sessions import Sessions
from nexcred.vault.vault import Vault


class Token(NamedTuple):
    """`header` is the whole line that carries it, "" when it goes elsewhere; no end is None."""

    token: str
    header: str
    expires_at: datetime | None

    def __repr__(self) -> str:
        return repr_of(self, "expires_at")


def fresh_token(vault: Vault, credential: Credential, sessions: Sessions, *, timeout_s: float) -> Token:
    """Return what is kept while it is good, else what is granted now.

    Raises what fresh_grant does, and UsageError for a credential that is used without a token.
    """
    return token_of(credential, fresh_grant(vault, credential, sessions, timeout_s=timeout_s))


def token_of(credential: Credential, fresh: FreshGrant) -> Token:
    """Return the token of a grant; raise UsageError for a credential that is used without one."""
    grant, details, method = fresh
    if grant.token is None:
        raise without_token(credential, details.method, method.fields)
    return Token(grant.token, _header(grant, grant.token), grant.expires_at)


def _header(grant: Grant, token: str) -> str:
    return next((f"{name}: {value}" for name, value in grant.headers.items() if token in value), "")
