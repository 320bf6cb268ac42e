"""What each kind of field takes."""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable
from urllib.parse import urlsplit

from nexcred.auth.pick import problem_in_expression
from nexcred.auth.signing import problem_in_private_key
from nexcred.connectors.json_text import json_text
from nexcred.connectors.spec import Field
from nexcred.model import strict_json
from nexcred.model.text import is_unsafe

_DECIMAL = re.compile(r"-?[0-9]{1,19}")
_URL_CHARACTERS = re.compile(r"[\x21-\x7e]+")
_URL_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")


def problem_in_kind(field: Field, value: str | int) -> str:
    """Say why a value is not of the field's kind; "" when it is."""
    if field.kind == "int":
        return _problem_in_int(field, value)
    return _CHECKS[field.kind](str(value))


def _problem_in_int(field: Field, value: str | int) -> str:
    if not isinstance(value, int):
        if not _DECIMAL.fullmatch(value):
            return "must be a whole number"
        value = int(value)
    lowest = -(2**63) if field.min is None else field.min
    highest = 2**63 - 1 if field.max is None else field.max
    if lowest <= value <= highest:
        return ""
    return f"must be between {lowest} and {highest}"


def problem_in_url(value: str) -> str:
    """Say why this is no URL that a request may begin with; "" when it is."""
    if not _URL_CHARACTERS.fullmatch(value):
        return "must be a URL in ASCII without spaces; write a host of other letters in its xn-- form"
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
    if not parts.hostname or not _URL_HOST.fullmatch(parts.hostname) or port == 0:
        return "must name a host, such as https://api.example.com"
    return ""


def _problem_in_path(value: str) -> str:
    if not value:
        return ""
    if not value.startswith("/") or value.startswith("//"):
        return "must begin with one '/'"
    if not _URL_CHARACTERS.fullmatch(value) or "#" in value or "\\" in value:
        return "must be a path in ASCII without spaces, '#' or '\\'"
    return ""


def _problem_in_json(value: str) -> str:
    try:
        strict_json.loads(json_text(value))
    except ValueError as error:
        return f"is not JSON: {error}"
    return ""


def _problem_in_base64(value: str) -> str:
    try:
        b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return "is not base64"
    return ""


def _problem_in_text(value: str) -> str:
    unsafe = next((character for character in value if is_unsafe(character)), None)
    return "" if unsafe is None else f"holds the control or invisible character U+{ord(unsafe):04X}"


def _problem_in_jmespath(value: str) -> str:
    return problem_in_expression(value) if value else ""


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
}
