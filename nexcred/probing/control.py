"""The control: does the endpoint refuse a key that somebody made up?"""

import json
import os
import string
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import SystemRandom

import nexcred.model.lean_msgspec  # noqa: F401  before msgspec itself

# isort: split
from msgspec.structs import replace

from nexcred.auth.flow import Grant, Verdict
from nexcred.auth.tokens import Tokens
from nexcred.connectors.effective import authenticate
from nexcred.connectors.language.checked import CheckedPart
from nexcred.connectors.language.json_text import json_text
from nexcred.connectors.language.spec import Field, Method
from nexcred.connectors.parts import public_end, replace_secret_parts
from nexcred.model import strict_json
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret

_CLASSES = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_SHORTEST_LEAF = 16
# The one of `secrets`, which also imports all that hashes.
_RANDOM = SystemRandom()


def wants_control(method: Method) -> bool:
    """True when the spec knows so little of the endpoint that only a control makes its yes mean something."""
    return method.probe is not None and method.probe.control


def junk_fields(method: Method, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Return the fields with each secret replaced by random junk of the same shape, never by itself.

    A client's certificate stays: without it no server that asks for one would look at the rest.
    """
    kept = method.client_certificate.names if method.client_certificate else ()
    return {
        name: _junk_of(method.find(name), value) if isinstance(value, Secret) and name not in kept else value
        for name, value in fields.items()
    }


def asked_in_one_place(method: Method) -> Method:
    """Return the method without its other places: a made-up secret is good in none of them."""
    return replace(method, probe=replace(method.probe, elsewhere="")) if method.probe else method


def is_certificate_alone(method: Method, fields: Mapping[str, Value]) -> bool:
    """True where nothing but a client's certificate is secret: then the control is to show none."""
    shown = method.client_certificate.names if method.client_certificate else ()
    return all(name in shown for name, value in fields.items() if isinstance(value, Secret))


def junk_grant(method: Method, fields: Mapping[str, Value], now: datetime, real: Grant) -> Grant:
    """Return what a made-up session grants, where the session is what proves the credential."""
    session = Tokens(os.urandom(32).hex(), now + timedelta(hours=1), found=real.found).session
    flow = authenticate(method, junk_fields(method, fields), now, session)
    try:
        next(flow)
    except StopIteration as end:
        grant: Grant = end.value
        return grant
    raise AssertionError("a session that is good needs nobody to be asked")


def judge_control(real: Verdict, junk: Verdict) -> Verdict:
    """Return the real verdict if the junk was refused, else an inconclusive one that says what happened."""
    if real.status is not ProbeStatus.ACCEPTED or _is_refused(junk):
        return real
    if junk.status is ProbeStatus.ACCEPTED:
        detail = "the endpoint accepts a made-up secret too, so its yes proves nothing"
    else:
        detail = f"accepted, but the control with a made-up secret could not be judged: {junk.detail}"
    return real._replace(status=ProbeStatus.INCONCLUSIVE, detail=detail)


def is_decisive(junk: Verdict) -> bool:
    """True for what the endpoint would say to any other made-up secret too."""
    return junk.status is ProbeStatus.ACCEPTED or (_is_refused(junk) and not junk.login_code)


def _is_refused(junk: Verdict) -> bool:
    """Any answer but a yes, a delay or a failure tells the made-up secret from the real one."""
    if junk.status.is_refusal or junk.status is ProbeStatus.FORBIDDEN:
        return True
    if junk.status in (ProbeStatus.ACCEPTED, ProbeStatus.RATE_LIMITED):
        return False
    if junk.login_code:  # some servers have one code for every way not to be let in, or just hang up
        return junk.status in (ProbeStatus.INCONCLUSIVE, ProbeStatus.UNREACHABLE)
    return junk.http_status is not None and 300 <= junk.http_status < 500


def _junk_of(field: Field | None, secret: Secret) -> Secret:
    """Keep what makes a secret of its kind, or nothing would be asked of the provider.

    A private key becomes another one, of JSON only the secret parts change, or without such its longer texts.
    """
    text = secret.reveal()
    if field is None or not isinstance(text, str):
        return _junk(secret)
    if field.parts and field.kind == "json":
        return Secret(replace_secret_parts(field, text, _junk_part))
    if field.kind == "private_key":
        return _another_private_key()
    if field.kind != "json":
        end = public_end(field, text)
        return Secret(f"{_junk(Secret(text.removesuffix(end))).reveal()!s}{end}")
    return Secret(json.dumps(_junk_leaves(strict_json.loads(json_text(text)))))


def _junk_part(part: CheckedPart, text: str) -> str:
    junk = _another_private_key() if part.kind == "private_key" else _junk(Secret(text))
    return str(junk.reveal())


def _another_private_key() -> Secret:
    from nexcred.auth.signing import another_private_key  # and RSA, which few keys are of

    return Secret(another_private_key())


def _junk_leaves(node: object) -> object:
    if isinstance(node, dict):
        return {key: _junk_leaves(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_junk_leaves(value) for value in node]
    if isinstance(node, str) and len(node) >= _SHORTEST_LEAF:
        return _junk(Secret(node)).reveal()
    return node


def _junk(secret: Secret) -> Secret:
    value = secret.reveal()
    while True:
        junk = os.urandom(len(value)) if isinstance(value, bytes) else "".join(map(_like, value))
        if junk != value or not _can_differ(value):
            return Secret(junk)


def _can_differ(value: str | bytes) -> bool:
    if isinstance(value, bytes):
        return bool(value)
    return any(character in letters for character in value for letters in _CLASSES)


def _like(character: str) -> str:
    for letters in _CLASSES:
        if character in letters:
            return _RANDOM.choice(letters)
    return character
