"""Logging in: a person approves in the browser, and what is granted becomes the credential's session."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from secrets import token_urlsafe
from typing import TYPE_CHECKING, TypeGuard

from nexcred.auth.authorization import Answer, Authorization, ConsentDenied
from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.flow import Grant, Refused, Session, Verdict
from nexcred.auth.scheme import Scheme
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.found_values import with_found
from nexcred.connectors.guidance import remedy_for
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import NotProved, Rejected, UsageError
from nexcred.model.credential import Credential, Details
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.services.values.hosts import policy_for
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.http.reach import Resolver

# RFC 7636, 4.1 asks for 32 random octets; as many are good for the state.
_RANDOM_OCTETS = 32


def needs_login(scheme: Scheme) -> TypeGuard[AuthorizationCode]:
    """True when a person has to approve before the credential is worth anything."""
    return isinstance(scheme, AuthorizationCode)


def is_by_device(method: Method, *, has_browser: bool) -> bool:
    """True where somebody enters a code in a browser elsewhere: there is none here, or no other way."""
    scheme = scheme_of(method)
    return bool(scheme.device_authorization_url) and not (has_browser and scheme.authorize_url)


def begin(method: Method, details: Details, *, port: int | None = None) -> Authorization:
    """Return a new authorization to ask for; raise HostRefused when its page is of a host that was not allowed."""
    scheme = scheme_of(method)
    authorization = scheme.authorization(
        text_values(method, details.fields),
        state=token_urlsafe(_RANDOM_OCTETS),
        verifier=token_urlsafe(_RANDOM_OCTETS),
        port=port,
    )
    policy_for(method, details).check(authorization.url)
    return authorization


def redeem(
    connector: Connector,
    method: Method,
    details: Details,
    authorization: Authorization,
    answer: Answer,
    *,
    environment: Mapping[str, str],
    deadline: Deadline,
    now: datetime,
    resolver: "Resolver | None" = None,
) -> Session:
    """Exchange what the browser brought for tokens; raise Rejected or NotProved with what the provider said."""
    from nexcred.network.resolve import resolve
    from nexcred.services.grants.granting import granted  # the HTTP client: who asks if it is needed has no use for it

    flow = scheme_of(method).redeem(authorization, answer, text_values(method, details.fields), now)
    secrets = (authorization.verifier, authorization.state, answer.get(authorization.code_name))
    with told(connector, method):
        grant = granted(
            flow, method, details, deadline, environment=environment, resolver=resolver or resolve, secrets=secrets
        )
        return session_of(method, details, grant)


def session_of(method: Method, details: Details, grant: Grant) -> Session:
    """Return what is to be kept of a login; raise Refused for what it found and no field takes."""
    from nexcred.connectors.parts import with_secret_parts
    from nexcred.probing.plan import fit_to_show

    try:
        with_found(method, details.fields, grant.found, policy_for(method, details).check)
    except Refused as refused:
        secrets = with_secret_parts(method, details.fields)
        raise Refused(fit_to_show(refused.verdict, secrets, [grant])) from None
    return grant.session or {}


@contextmanager
def told(connector: Connector, method: Method) -> Iterator[None]:
    """Raise Rejected or NotProved with what the provider said."""
    try:
        yield
    except ConsentDenied as denied:
        said = make_visible(denied.verdict.detail)
        raise Rejected(
            f"not logged in: {said}", hint="log in again and approve it, or ask who may approve it"
        ) from None
    except Refused as refused:
        raise _failure(refused.verdict, connector, method) from None


def keep_login(vault: Vault, credential: Credential, session: Session) -> Credential:
    """Store what was granted; raise ChangedMeanwhile, NotPermitted."""
    return vault.edit(lambda edit: edit.keep_session(credential, dict(session)))


def scheme_of(method: Method) -> AuthorizationCode:
    """Return the scheme by which somebody logs in; raise UsageError for another."""
    if not isinstance(method.auth, AuthorizationCode):
        raise UsageError(f"the method '{method.name}' needs no login", hint="its values are all there is to it")
    return method.auth


def _failure(verdict: Verdict, connector: Connector, method: Method) -> Rejected | NotProved:
    said = make_visible(verdict.detail)
    if verdict.status.is_refusal:
        remedy = remedy_for(connector, method, verdict.status)
        return Rejected(f"not logged in: {connector.title} refused: {said}", hint=remedy)
    return NotProved(f"not logged in: {said}")
