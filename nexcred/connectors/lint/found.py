"""Find what a login could bring to a place where it would lead the credential elsewhere, or where nobody expects it."""

from collections.abc import Iterator

from msgspec.structs import replace

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.parameter_names import name_of
from nexcred.auth.scheme import Scheme
from nexcred.auth.session_token import SessionToken
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.connectors.filled_hosts import is_covered
from nexcred.connectors.found_values import fields_found_by
from nexcred.connectors.hosts import host_templates
from nexcred.connectors.language.inherit import with_shared
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.lint.structure import Found

# What a callback has these for (RFC 6749, 4.1.2; RFC 9207), and no value of a field.
_TAKEN = ("code", "state", "iss", "error", "error_description")


def problems_in_found(connector: Connector, method: Method, at: str) -> Iterator[Found]:
    """Yield what is wrong with the fields that the scheme of a method finds out."""
    whole = with_shared(connector, method)
    fields = {field.name: field for field in whole.fields}
    seen: set[str] = set()
    for path, name in _places(method.auth, f"{at}.auth"):
        if name in seen:
            yield path, f"'{name}' is found out twice"
        elif name not in fields:
            yield path, f"'{name}' is no field"
        else:
            yield from _problems_in_field(fields[name], whole, path)
        seen.add(name)
    auth = method.auth
    if not isinstance(auth, AuthorizationCode):
        return
    for name, parameter in auth.from_callback.items():
        if not parameter or parameter in (*_TAKEN, name_of("code", auth.authorize_names, auth.names)):
            yield f"{at}.auth.from_callback.{name}", f"'{parameter}' is no parameter with a value"
    for name in auth.look_up.set if auth.look_up else ():
        if name in fields and (fields[name].required or fields[name].default is not None):
            yield f"{at}.auth.look_up.set.{name}", f"'{name}' has a value already: it is required, or has a default"


def known_after_login(auth: Scheme, fields: dict[str, Field]) -> dict[str, Field]:
    """Return the fields as they are for requests that follow: what is found out is there."""
    found = fields_found_by(auth)
    return {name: replace(field, required=True) if name in found else field for name, field in fields.items()}


def _places(auth: Scheme, at: str) -> Iterator[Found]:
    if isinstance(auth, TokenEndpoint | SessionToken):
        yield from ((f"{at}.from_answer.{name}", name) for name in auth.from_answer)
    if isinstance(auth, AuthorizationCode):
        yield from ((f"{at}.from_callback.{name}", name) for name in auth.from_callback)
        yield from ((f"{at}.look_up.set.{name}", name) for name in (auth.look_up.set if auth.look_up else ()))


def _problems_in_field(field: Field, method: Method, path: str) -> Iterator[Found]:
    if field.secret:
        yield path, f"'{field.name}' is a secret, which no login finds out"
    elif field.kind not in ("text", "url"):
        yield path, f"'{field.name}' must be of kind text or url"
    elif field.kind == "text" and not (field.pattern or field.choices):
        yield path, f"'{field.name}' needs a pattern or choices: it comes out of an answer"
    elif field.kind == "url" and not method.hosts:
        yield path, f"'{field.name}' needs 'hosts' that say where it may lead"
    elif field.name in method.own_hosts:
        yield path, f"'{field.name}' is an 'own_host': then an answer would say where the credential goes"
    elif not field.required and not field.advanced:
        yield path, f"'{field.name}' would be asked for: make it advanced, or required if it has to be the same"
    elif not field.required and not _is_bound(field, method):
        yield path, f"'{field.name}' reaches a host name: 'hosts' has to cover what it may become"


def _is_bound(field: Field, method: Method) -> bool:
    """True when every host that the field reaches is declared whatever its value is: hosts are known before it."""
    placeholder = f"{{{field.name}}}"
    reached = (host.replace(placeholder, "x") for host in host_templates(method) if placeholder in host)
    return all(is_covered(host, method.hosts) for host in reached)
