"""Values made up by Hypothesis for the fields of any connector, such as its checks let pass."""

import base64
import json
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import strategies as st

from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.model.secret import Secret


@cache
def private_key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


_VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
_KEYS = st.text(_VISIBLE, min_size=1, max_size=40)
_SECRETS = _KEYS.map(Secret)
_WORDS = st.text(st.characters(min_codepoint=0x61, max_codepoint=0x7A), min_size=1, max_size=20)
_BY_KIND: dict[str, st.SearchStrategy[object]] = {
    "url": st.sampled_from(("https://api.example.com", "https://api.example.com/v1")),
    "path": st.sampled_from(("/me", "/v1/me?limit=1")),
    "jmespath": st.just("user.id"),
    "base64": st.binary(min_size=1).map(lambda data: Secret(base64.b64encode(data).decode())),
    "private_key": st.none().map(lambda _: Secret(private_key())),
}


@st.composite
def values_of(draw: st.DrawFn, method: Method) -> dict[str, object]:
    """Return raw values for a method: all that is required, and some of the rest; URLs keep their defaults."""
    values: dict[str, object] = {}
    for field in method.fields:
        if field.default is None and field.when is None and (field.required or draw(st.booleans())):
            values[field.name] = draw(value_of(field))
    return values


def value_of(field: Field) -> st.SearchStrategy[object]:
    """Return a strategy for one field."""
    if field.kind == "json":
        return st.just(Secret(service_account()))
    if field.parts:
        (part,) = field.parts
        return st.tuples(_KEYS, _like(part.pattern)).map(lambda made: Secret(part.after.join(map(str, made))))
    if field.choices:
        return st.sampled_from(field.choices)
    if field.kind == "int":
        return st.integers(field.min or 0, field.max or 2**31)
    if field.kind in _BY_KIND:
        return _BY_KIND[field.kind]
    if field.secret:
        return _SECRETS
    return _like(field.pattern) if field.pattern else _WORDS


_PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


@cache
def _like(pattern: str) -> st.SearchStrategy[object]:
    return st.from_regex(pattern, fullmatch=True, alphabet=_PRINTABLE).filter(lambda text: len(text) < 200)


@cache
def service_account() -> str:
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "project-of-example",
            "private_key_id": "1234EXAMPLE",
            "private_key": private_key(),
            "client_email": "reader@project-of-example.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )


def methods(connectors: tuple[Connector, ...]) -> list[tuple[Connector, Method]]:
    return [(connector, method) for connector in connectors for method in connector.methods]
