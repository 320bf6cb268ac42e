"""What each kind of field takes."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import TYPE_CHECKING

from nexcred.model import strict_json
from nexcred.model.text import is_unsafe

if TYPE_CHECKING:
    from collections.abc import Callable

    from nexcred.connectors.language.checked import CheckedField

# Compiled when they are first needed: the values of most credentials need none.
_DECIMAL = r"-?[0-9]{1,19}"
_URL_CHARACTERS = r"[\x21-\x7e]+"
# The kind of fields that a credential names itself, which no file declares.
FREE = "free"
_LINE_BREAKS = str.maketrans("", "", "\r\n\t")
_URL_HOST = r"(?=.{1,253}$)[A-Za-z0-9._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"


# Files of Google's that are easily taken for one another; what else may stand there is never told.
_OAUTH_CLIENTS = ("installed", "web")
_OTHER_JSON = {
    **{kind: f"that of an OAuth client ({kind})" for kind in _OAUTH_CLIENTS},
    "authorized_user": "a person's own login (authorized_user), as gcloud makes it",
    "external_account": "how to exchange what another identity provider gives (external_account), not a key",
    "impersonated_service_account": "another login that acts as one (impersonated_service_account), not a key",
    "gdch_service_account": "that of Google Distributed Cloud (gdch_service_account)",
}


def problem_in_kind(field: CheckedField, value: str | int, *, is_kept: bool = False) -> str:
    """Say why a value is not of the field's kind; "" when it is. A private key that `is_kept` was opened before."""
    if field.kind == "int":
        return _problem_in_int(field, value)
    return (_KEPT_CHECKS if is_kept else _CHECKS)[field.kind](str(value))


def _problem_in_int(field: CheckedField, value: str | int) -> str:
    if not isinstance(value, int):
        if not re.fullmatch(_DECIMAL, value):
            return "must be a whole number"
        value = int(value)
    lowest = -(2**63) if field.min is None else field.min
    highest = 2**63 - 1 if field.max is None else field.max
    if lowest <= value <= highest:
        return ""
    return f"must be between {lowest} and {highest}"


def problem_in_url(value: str) -> str:
    """Say why this is no URL that a request may begin with; "" when it is."""
    if not re.fullmatch(_URL_CHARACTERS, value):
        return "must be a URL in ASCII without spaces; write a host of other letters in its xn-- form"
    from urllib.parse import urlsplit  # which few values on the way of `get` need

    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return "is not a URL: the host or port cannot be read"
    if parts.scheme not in ("https", "http"):
        return "must begin with https://"
    if "@" in parts.netloc:
        return "must not name a user: nothing may stand before an '@'"
    if "?" in value or "#" in value or "\\" in value:
        return "must end with its path: no '?', '#' or '\\'"
    if not parts.hostname or not re.fullmatch(_URL_HOST, parts.hostname) or port == 0:
        return "must name a host, such as https://api.example.com"
    return ""


def problem_in_private_key(value: str) -> str:
    """Say why this is no key to sign with; "" when it is one, or may be one behind a passphrase."""
    from nexcred.auth import signing  # what few credentials have

    return signing.problem_in_private_key(value)


def problem_in_outside_of_key(value: str) -> str:
    """Say why this is no private key in PEM, by its outside alone: what is inside takes 40 ms to prove."""
    is_key = value.strip().startswith("-----BEGIN ") and "PRIVATE KEY-----" in value
    return "" if is_key else "is not a private key in PEM"


def _problem_in_path(value: str) -> str:
    if not value:
        return ""
    if not value.startswith("/") or value.startswith("//"):
        return "must begin with one '/'"
    if not re.fullmatch(_URL_CHARACTERS, value) or "#" in value or "\\" in value:
        return "must be a path in ASCII without spaces, '#' or '\\'"
    return ""


def _problem_in_json(value: str) -> str:
    try:
        _json_in(value)
    except ValueError as error:
        return f"is not JSON: {error}"
    return ""


def _json_in(value: str) -> object:
    from nexcred.connectors.language.json_text import json_text  # which few values on the way of `get` are

    return strict_json.loads(json_text(value))


def problem_in_json_type(value: str, wanted: str) -> str:
    """Say why a program that goes by the JSON's type would do something else with it than what it is kept for."""
    try:
        document = _json_in(value)
    except ValueError:
        return ""  # which is told as such
    if not isinstance(document, dict):
        return ""
    found = document.get("type", next((kind for kind in _OAUTH_CLIENTS if kind in document), wanted))
    if found == wanted:
        return ""
    what = _OTHER_JSON.get(str(found), "")
    return f"holds another type than {wanted}{f': {what}' if what else ''}"


def _problem_in_base64(value: str) -> str:
    try:
        b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return "is not base64"
    return ""


def _problem_in_text(value: str) -> str:
    if value.isascii() and value.isprintable():
        return ""
    unsafe = next((character for character in value if is_unsafe(character)), None)
    return "" if unsafe is None else f"holds the control or invisible character U+{ord(unsafe):04X}"


def _problem_in_lines(value: str) -> str:
    return _problem_in_text(value.translate(_LINE_BREAKS))


def _problem_in_jmespath(value: str) -> str:
    if not value:
        return ""
    from nexcred.auth.pick import problem_in_expression  # what few values need

    return problem_in_expression(value)


def _anything(_value: str) -> str:
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "text": _problem_in_text,
    "url": problem_in_url,
    "path": _problem_in_path,
    "jmespath": _problem_in_jmespath,
    "file": _anything,
    "json": _problem_in_json,
    "base64": _problem_in_base64,
    "private_key": problem_in_private_key,
    FREE: _problem_in_lines,
}
_KEPT_CHECKS = {**_CHECKS, "private_key": problem_in_outside_of_key}
