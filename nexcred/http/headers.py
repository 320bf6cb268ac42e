"""Check headers before they are sent: the last line of defence, after the checks of specs and values."""

import re
from collections.abc import Mapping

from nexcred.errors import InvalidData
from nexcred.model.text import make_visible

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # token, RFC 9110 section 5.6.2
_VALUE = re.compile(r"[\t\x20-\x7e]*")
# They frame or route the message, and so belong to the transport alone.
_RESERVED = frozenset(
    {"connection", "content-length", "host", "proxy-authorization", "te", "transfer-encoding", "upgrade"}
)


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
