"""Headers: checked before they are sent, the last line of defence after the checks of specs and values; and joined."""

import re
from collections.abc import Iterable, Mapping

from nexcred.errors import InvalidData
from nexcred.model.text import make_visible

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # token, RFC 9110 section 5.6.2
_VALUE = re.compile(r"[\t\x20-\x7e]*")
# They frame or route the message, and so belong to the transport alone.
_RESERVED = frozenset(
    {"connection", "content-length", "host", "proxy-authorization", "te", "transfer-encoding", "upgrade"}
)


def request_head(method: str, path: str, host: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """Write the head of a request whose headers were checked; raise InvalidData for a method that is none."""
    if not _NAME.fullmatch(method):
        raise InvalidData(f"'{make_visible(method[:20])}' is not the name of a method")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers)]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers as they are; raise InvalidData, without the value, for one that could not be sent whole."""
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or name.lower() in _RESERVED:
            raise InvalidData(f"'{make_visible(name[:40])}' is not the name of a header that can be set")
        if not _VALUE.fullmatch(value):
            raise InvalidData(
                f"the value for the header '{name}' holds a line break, a control or a non-ASCII character",
                hint="copy the value again: no header can carry it as it is",
            )
    return dict(headers)


def complete(headers: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """Return the headers, checked, after those defaults that they do not replace; raise InvalidData."""
    given = {name.lower() for name in headers}
    return {name: value for name, value in defaults.items() if name.lower() not in given} | check_headers(headers)


def gathered(lines: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the values that came, by the names in lower case."""
    values: dict[str, list[str]] = {}
    for name, value in lines:
        values.setdefault(name.lower(), []).append(value)
    return values


def joined(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: ", ".join(several) for name, several in values.items()}
