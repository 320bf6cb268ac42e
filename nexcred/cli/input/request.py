"""Read the flags of `request`: a method, headers, and fields that become a query or a body."""

import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from nexcred.errors import UsageError
from nexcred.model import strict_json
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.services.requests.request import RequestInput

_METHOD = re.compile(r"[A-Za-z]{1,20}")
_BODILESS = ("GET", "HEAD")
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class Flags(NamedTuple):
    """As they were typed. `read_input` is None without --input."""

    method: str | None = None
    headers: Sequence[str] = ()
    fields: Sequence[str] = ()
    json_fields: Sequence[str] = ()
    read_input: Callable[[], bytes] | None = None

    def __repr__(self) -> str:
        return repr_of(self, "method")


def wanted_of(path: str, flags: Flags) -> RequestInput:
    """Put fields into the query of a GET or beside --input, else into a JSON body, or a form where a header says so.

    Raises UsageError, which repeats no value.
    """
    headers, repeated = _headers(flags.headers)
    wanted = RequestInput(path, _method(flags.method), headers, repeated=repeated)
    fields = _fields(flags)
    if flags.read_input is not None:
        return wanted._replace(query=_as_query(fields), body=flags.read_input())
    if not fields:
        return wanted
    if wanted.method in _BODILESS:
        return wanted._replace(query=_as_query(fields))
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if kind.partition(";")[0].strip().lower() == _FORM:
        return wanted._replace(body=urlencode(_as_query(fields)).encode())
    typed = headers if kind else {**headers, "Content-Type": _JSON}
    return wanted._replace(headers=typed, body=json.dumps(fields).encode())


def _method(method: str | None) -> str | None:
    if method is not None and not _METHOD.fullmatch(method):
        raise UsageError("-X takes an HTTP method, such as POST")
    return method.upper() if method else None


def _headers(lines: Sequence[str]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Return the first line of each header, and the others, named as it is: a header may be given more than once."""
    first: dict[str, tuple[str, str]] = {}
    repeated = []
    for name, value in map(_header, lines):
        if name.lower() in first:
            repeated.append((first[name.lower()][0], value))
        first.setdefault(name.lower(), (name, value))
    return dict(first.values()), tuple(repeated)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise UsageError("-H takes 'NAME: VALUE'")
    return name.strip(), value.strip()


def _fields(flags: Flags) -> dict[str, object]:
    fields: dict[str, object] = {}
    for flag, settings in (("-f", flags.fields), ("-F", flags.json_fields)):
        for setting in settings:
            name, equals, text = setting.partition("=")
            if not equals or not name:
                raise UsageError(f"{flag} takes NAME=VALUE")
            if name in fields:
                raise UsageError(f"the field '{name}' is given twice")
            fields[name] = text if flag == "-f" else _json(name, text)
    return fields


def _json(name: str, text: str) -> object:
    try:
        return strict_json.loads(text)
    except ValueError as error:
        raise UsageError(f"-F {name}=… is not JSON: {error}", hint=f"a text goes as: -f {name}=…") from None


def _as_query(fields: dict[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value if isinstance(value, str) else json.dumps(value)) for name, value in fields.items())
