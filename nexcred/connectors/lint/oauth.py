"""Find what is wrong with a token endpoint, and with a login, beyond its templates."""

from collections.abc import Iterator

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.parameter_names import name_of, problems_in_names, renamed
from nexcred.auth.scheme import Scheme
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.connectors.lint.structure import Found

_ASKED = ("response_type", "client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method")


def problems_in_oauth(auth: Scheme, at: str) -> Iterator[Found]:
    """Yield what is wrong with a scheme that asks a token endpoint."""
    if not isinstance(auth, TokenEndpoint):
        return
    yield from problems_in_names(auth.names, f"{at}.names")
    if isinstance(auth, AuthorizationCode):
        yield from _problems_in_login(auth, at)


def _problems_in_login(auth: AuthorizationCode, at: str) -> Iterator[Found]:
    if not auth.client_id:
        yield f"{at}.client_id", "must say which client asks, such as {client_id}"
    if not auth.authorize_url and not auth.device_authorization_url:
        yield at, "lacks 'authorize_url', or 'device_authorization_url' for a login without a browser"
    if bool(auth.authorize_url) != bool(auth.redirect_uri):
        yield at, "'authorize_url' and 'redirect_uri' belong together"
    if auth.from_callback and auth.device_authorization_url:
        yield f"{at}.from_callback", "has nothing to look at after a login by 'device_authorization_url'"
    own = list(problems_in_names(auth.authorize_names, f"{at}.authorize_names"))
    yield from own
    standard = renamed(dict.fromkeys(_ASKED, ""), auth.authorize_names, auth.names)
    if not own and len(standard) < sum(bool(name_of(name, auth.authorize_names, auth.names)) for name in _ASKED):
        yield f"{at}.authorize_names", "gives one name to two parameters, together with 'names'"
    for name in auth.authorize_parameters:
        if name in standard:
            yield f"{at}.authorize_parameters.{name}", "is one of those that are sent anyway"
