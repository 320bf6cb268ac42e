"""What an authorization server wants, as the method of a connector says it: read once more, not as nexcred does.

What no method says stands in tests/logins/NAME.toml, by method: `values` that no sample fits and tests/catalog does not
give, what the browser `brings` and the token's answer `tells`, what the tokens' part of that looks like (`granted`),
what is `looked_up`, and what is `found` then.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.connectors.language.pattern import fits
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from tests.catalog.table import conversations
from tests.support.standins.authorizer import Rules

LOGINS = Path(__file__).parents[1] / "logins"
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_SAMPLES = ("acme", "1234567", "us1", "12345678-1234-1234-1234-123456789abc", "read", "acme.example.com", "A1B2C3D4E5")


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """What a provider says beyond the spec of its method."""

    values: dict[str, str] = {}
    brings: dict[str, str] = {}
    tells: dict[str, Any] = {}
    granted: dict[str, Any] = {}
    looked_up: Any = None
    found: dict[str, str] = {}


def case_of(connector: Connector, method: Method) -> Case:
    path = LOGINS / f"{connector.name}.toml"
    said = tomllib.loads(path.read_text()) if path.exists() else {}
    case = msgspec.convert(said.get(method.name, {}), Case)
    told = (one.values for one in conversations() if (one.connector, one.method) == (connector.name, method.name))
    known = {name: str(value) for name, value in next(told, {}).items() if name not in case.found}
    return replace(case, values={**known, **case.values})


def sample_fields(method: Method, case: Case) -> dict[str, Value]:
    """Return a value for each field that is asked for and needs one, and for each scope."""
    found: dict[str, Value] = {}
    for field in method.fields:
        if field.name in case.values:
            text = case.values[field.name]
        elif field.default is None and not field.advanced and (field.required or field.name == "scope"):
            text = _sample(field)
        else:
            continue
        found[field.name] = Secret(text) if field.secret else text
    return found


def rules_of(auth: AuthorizationCode, values: Mapping[str, str], case: Case) -> Rules:
    """Return what is wanted of these values, defaults included."""
    is_path = _PATH.fullmatch(auth.tokens_at) is not None
    assert not auth.tokens_at or is_path or case.granted, "tests/logins has to say what is `granted`"
    return Rules(
        client_id=filled(auth.client_id, values),
        client_secret=filled(auth.client_secret, values),
        redirect_uri=filled(auth.redirect_uri, values),
        scope=filled(auth.scope, values),
        pkce=auth.pkce,
        client_auth=filled(auth.client_auth, values),
        parameters=_filled(auth.authorize_parameters, values),
        sent=_filled(auth.parameters, values),
        names=msgspec.to_builtins(auth.names),
        authorize_names=msgspec.to_builtins(auth.authorize_names),
        separator=auth.scope_separator,
        format=auth.format,
        wrap=auth.tokens_at if is_path else "",
        brings=case.brings,
        tells=case.tells,
        granted=case.granted,
        headers=_filled(auth.headers, values),
        token_type=auth.token_type,
    )


def filled(template: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z0-9_]+)\}", lambda name: values.get(name[1], ""), template)


def _filled(templates: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, template in templates.items() if (text := filled(template, values))}


def _sample(field: Field) -> str:
    if field.choices:
        return field.choices[0]
    if field.kind == "url":
        return "https://acme.example.com"
    if field.secret:
        return "s&cret %EXAMPLE"
    fitting = (text for text in _SAMPLES if not field.pattern or fits(field.pattern, text))
    text = next(fitting, "")
    assert text, f"tests/logins has to give '{field.name}' a value"
    return text
