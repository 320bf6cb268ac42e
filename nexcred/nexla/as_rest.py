"""Say a vendor's credential as one of Nexla's type `rest`, which takes any API that it knows how to log in to.

Source: `rest_data_credential` of Nexla's published OpenAPI (nexla-opensource/nexla-sdk-js,
packages/ts-sdk/src/generated/schema.ts).
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from nexcred.auth.apply import BEARER
from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.client_credentials import ClientCredentials
from nexcred.auth.flow import Request
from nexcred.auth.parameter_names import TokenNames
from nexcred.auth.query import full_url
from nexcred.auth.reference_words import resolve_reference
from nexcred.auth.refresh_token import RefreshToken
from nexcred.auth.request import RequestSpec
from nexcred.auth.static import BasicAuth, HeadersAuth, QueryAuth
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.language.spec import Method
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import InvalidData
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateContext, TextValues, names_in, render, render_all
from nexcred.nexla.translate import to_nexla

REST = "rest"
_CERTIFICATE = "client_certificate"
_SKIPPED = {"skip.validation": True}
_LOGIN = "it is a login, whose tokens belong to nexcred alone: log in at Nexla too"
_EXCHANGE = "its key is exchanged for a token first, and how is more than Nexla can be told"
_OTHERWISE = "Nexla has no way to log in as it does"
# By the scheme.
_REASONS = {
    "authorization_code": _LOGIN,
    "refresh_token": _LOGIN,
    "session_token": _EXCHANGE,
    "password": _EXCHANGE,
    "jwt_bearer": _EXCHANGE,
    "oauth1": "it signs each request",
    "sigv4": "it signs each request",
    "none": "its connector does not say where its key goes",
}


def why_no_rest(method: Method) -> str:
    """Say why Nexla's `rest` cannot log in as this method does; "" when it can."""
    auth = method.auth
    if isinstance(auth, HeadersAuth):
        keys = _secret_headers(auth, method)
        return "" if len(keys) == 1 else f"its keys go into {len(keys)} headers, and Nexla has room for one"
    if isinstance(auth, QueryAuth):
        return "" if len(auth.query) == 1 else f"it puts {len(auth.query)} parameters into each URL, and Nexla one"
    if isinstance(auth, BasicAuth):
        return ""
    if isinstance(auth, ClientCredentials):
        return "" if _is_plain(auth, method) else "its token endpoint wants more than Nexla can be told"
    return _REASONS.get(str(auth.__struct_config__.tag), _OTHERWISE)


def is_login(method: Method) -> bool:
    """True for tokens that are renewed, which two sides cannot do."""
    return isinstance(method.auth, AuthorizationCode | RefreshToken)


def to_rest(method: Method, fields: Mapping[str, Value], now: datetime) -> dict[str, object]:
    """Return the values of a credential of type `rest` that logs in as this method does.

    Raises InvalidData with the reason where it cannot, TemplateError for a value that cannot stand in its place.
    """
    why = why_no_rest(method)
    if not why and isinstance(fields.get(_CERTIFICATE), Secret):
        why = "it needs a client certificate, which Nexla takes in another way"
    if why:
        raise InvalidData(why)
    values = text_values(method, fields)
    placing, placed, headers = _placed(method, values)
    request = _test_request(method, values, now)
    extras: dict[str, object] = {}
    if request is None:
        extras |= _SKIPPED
    else:
        placed["base_url"] = full_url(request)
        headers |= {name: text for name, text in request.headers.items() if not _is_choice(name, text)}
    if headers:
        extras["request.headers"] = _joined(headers)
    if isinstance(method.auth, ClientCredentials):
        extras |= _more_for_token(method.auth, values)
    rest = load_connector(REST).method(placing)
    assert rest is not None
    return {**to_nexla(rest, placed), **extras}


def _placed(method: Method, values: TextValues) -> tuple[str, dict[str, Value], dict[str, str]]:
    """Return the method of our `rest` that does the same, its values, and what other headers are sent."""
    auth = method.auth
    if isinstance(auth, HeadersAuth):
        filled = render_all(auth.headers, values, TemplateContext.HEADER)
        (key,) = render_all(dict.fromkeys(_secret_headers(auth, method), ""), values, TemplateContext.HEADER)
        if key not in filled:
            raise InvalidData("it has no key yet")
        others = {name: text for name, text in filled.items() if name != key}
        return "header", {"header_name": key, "api_key": Secret(filled[key])}, others
    if isinstance(auth, QueryAuth):
        ((key, text),) = render_all(auth.query, values, TemplateContext.TEXT).items()
        return "query", {"query_name": key, "api_key": Secret(text)}, {}
    if isinstance(auth, BasicAuth):
        username = render(auth.username, values, TemplateContext.USERNAME)
        password = render(auth.password, values, TemplateContext.PASSWORD)
        if username and password and not _holds_secret((auth.username,), method):
            return "basic", {"username": username, "password": Secret(password)}, {}
        # Nexla wants both, and shows a user name to all who see the credential.
        ((key, text),) = auth.login.headers(values).items()
        return "header", {"header_name": key, "api_key": Secret(text)}, {}
    assert isinstance(auth, ClientCredentials)
    token_url = RequestSpec(method="POST", url=auth.token_url).build(values).url
    client: dict[str, Value] = {
        "token_url": token_url,
        "client_id": render(auth.client_id, values, TemplateContext.TEXT),
        "client_secret": Secret(render(auth.client_secret, values, TemplateContext.TEXT)),
        "client_auth": resolve_reference(auth.client_auth, values),
        "scope": auth.scope_in(values),
    }
    return "client_credentials", {name: value for name, value in client.items() if value != ""}, {}


def _is_plain(auth: ClientCredentials, method: Method) -> bool:
    """True for a token endpoint as RFC 6749 has it, whose token becomes a bearer header."""
    is_usual = auth.names == TokenNames() and auth.format == "form" and auth.apply == BEARER
    is_read = not (auth.tokens_at or auth.from_answer or auth.headers) and auth.scope_separator == " "
    return is_usual and is_read and not _holds_secret((*auth.parameters.values(), auth.token_url), method)


def _more_for_token(auth: ClientCredentials, values: TextValues) -> dict[str, object]:
    more = render_all(auth.parameters, values, TemplateContext.TEXT)
    return {"oauth2.auth.body": json.dumps(more, ensure_ascii=False)} if more else {}


def _test_request(method: Method, values: TextValues, now: datetime) -> Request | None:
    """Return the call by which Nexla can test it; None where the probe asks in a way that Nexla does not know."""
    probe = method.probe
    spec = probe.request if probe is not None and probe.when is None and probe.unless is None else None
    if spec is None or spec.method != "GET" or _holds_secret((place.template for place in spec.places("")), method):
        return None
    return spec.build(values, now)


def _secret_headers(auth: HeadersAuth, method: Method) -> list[str]:
    return [name for name, template in auth.headers.items() if _holds_secret((template,), method)]


def _holds_secret(templates: Iterable[str], method: Method) -> bool:
    """True where a template names a secret field, or a part of one that is not public."""
    secret = {field.name for field in method.fields if field.secret}
    secret |= {part.name for field in method.fields if field.secret for part in field.parts if not part.public}
    return any(name in secret for template in templates for name in names_in(template))


def _is_choice(name: str, text: str) -> bool:
    """True for a header that leaves a server to choose, or says what is usual: nothing is lost without it."""
    return name == "Accept" and ("," in text or text == "application/json")


def _joined(headers: Mapping[str, str]) -> str:
    """Return headers as Nexla has several: `name:value`, with commas between them."""
    for name, text in headers.items():
        if "," in text:
            raise InvalidData(f"its header {name} holds a comma, which Nexla takes for the end of it")
    return ",".join(f"{name}:{text}" for name, text in headers.items())
