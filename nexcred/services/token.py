"""A fresh access token of one credential."""

from datetime import datetime
from typing import NamedTuple

from nexcred.auth.database import DatabaseAuth
from nexcred.auth.flow import Grant, Refused
from nexcred.connectors.loader import load_connector
from nexcred.connectors.spec import Method
from nexcred.connectors.values import choose_method
from nexcred.errors import InvalidData, UsageError
from nexcred.model.credential import Credential
from nexcred.model.template import TemplateError
from nexcred.network.deadline import Deadline
from nexcred.services.outcome import failure_of
from nexcred.services.sessions import Sessions, Subject
from nexcred.vault.vault import Vault


class Token(NamedTuple):
    """`header` is the whole line that carries it, "" when it goes elsewhere; no end is None."""

    token: str
    header: str
    expires_at: datetime | None


def fresh_token(vault: Vault, credential: Credential, sessions: Sessions, *, timeout_s: float) -> Token:
    """Return what is kept while it is good, else what is granted now.

    Raises Rejected, NotProved, TransportFailed, HostRefused, NotPermitted, and UsageError for a credential that is
    used without a token.
    """
    details = vault.details(credential)
    connector = load_connector(details.connector)
    method = choose_method(connector, (), details.method)
    if isinstance(method.auth, DatabaseAuth):
        raise _without_token(credential, method)
    try:
        grant = sessions.grant(Subject(credential, method, details), Deadline.after(timeout_s))
    except Refused as refused:
        raise failure_of(refused.verdict, connector, method, credential.name) from None
    except TemplateError as error:
        raise InvalidData(f"{error.name} {error.problem}") from None
    if grant.token is None:
        raise _without_token(credential, method)
    return Token(grant.token, _header(grant, grant.token), grant.expires_at)


def _header(grant: Grant, token: str) -> str:
    return next((f"{name}: {value}" for name, value in grant.headers.items() if token in value), "")


def _without_token(credential: Credential, method: Method) -> UsageError:
    secret = next((field.name for field in method.fields if field.secret), "")
    return UsageError(
        f"'{credential.name}' is used without an access token: its method is '{method.name}'",
        hint=f"its secret itself is had with: nexcred get '{credential.name}/{secret}'" if secret else "",
    )
