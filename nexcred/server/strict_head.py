"""What a request's head may be: everything that two readers could take differently is refused."""

import re
from urllib.parse import unquote_to_bytes

from nexcred.server.limits import HEAD_BYTES, MOST_HEADERS

# Where a lenient reader sees the end of a head; a strict one sees it only behind CRLF.
_END = re.compile(rb"\n\r?\n")
# Control characters, a CR or LF alone, and a header that is folded onto another line (RFC 9112, 2.2 and 5.2).
_STRANGE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n|\n[ \t]")
_FIRST_LINE = re.compile(rb"([A-Z]{1,20}) ([\x21-\x7e]+) HTTP/([0-9])\.([0-9])")
_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
# What would become a separator, or nothing, once it is decoded.
_HIDDEN = re.compile(rb"[\x00-\x1f\x7f]|%2f|%5c|\\", re.IGNORECASE)
_DOTS = (b".", b"..")
_H2C = b"h2c"


class HeadRefused(Exception):
    """A head that is not taken: the status, and why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def check_head(data: bytes) -> None:
    """Raise HeadRefused unless these bytes may be, or become, the head of a request."""
    end = _END.search(data, 0, HEAD_BYTES + 4)
    if end is None:
        if len(data) > HEAD_BYTES:
            raise HeadRefused(431, f"the head of the request is larger than {HEAD_BYTES // 1024} KiB")
        return
    head = data[: end.end()]
    if _STRANGE.search(head):
        raise HeadRefused(400, "the head has a control character, a line end alone or a folded header")
    first, *lines = head[:-4].split(b"\r\n")
    _check_first_line(first)
    _check_headers(lines)


def _check_first_line(line: bytes) -> None:
    found = _FIRST_LINE.fullmatch(line)
    if found is None:
        raise HeadRefused(400, "the first line is no request")
    _, target, major, minor = found.groups()
    if (major, minor) != (b"1", b"1"):
        raise HeadRefused(505, "only HTTP/1.1 is spoken here")
    path, _, _ = target.partition(b"?")
    if not path.startswith(b"/") or b"#" in target:
        raise HeadRefused(400, "the target must be a path, without a host and without a fragment")
    _check_path(path)


def _check_path(path: bytes) -> None:
    if _ESCAPE.search(path) or _HIDDEN.search(path):
        raise HeadRefused(400, "the path has an escape that is none, or one of a separator")
    decoded = unquote_to_bytes(path)
    try:
        decoded.decode()
    except UnicodeDecodeError:
        raise HeadRefused(400, "the path is not UTF-8") from None
    if _HIDDEN.search(decoded) or any(part in _DOTS for part in decoded.split(b"/")):
        raise HeadRefused(400, "the path has a control character or a part of dots")


def _check_headers(lines: list[bytes]) -> None:
    if len(lines) > MOST_HEADERS:
        raise HeadRefused(431, f"the request has more than {MOST_HEADERS} headers")
    named: dict[bytes, list[bytes]] = {}
    for line in lines:
        name, _, value = line.partition(b":")
        named.setdefault(name.lower(), []).append(value.strip(b" \t"))
    if len(named.get(b"host", ())) != 1:
        raise HeadRefused(400, "the request must have one Host header")
    _check_framing(named.get(b"content-length", []), named.get(b"transfer-encoding", []))
    if any(value.lower() != b"100-continue" for value in named.get(b"expect", ())):
        raise HeadRefused(417, "only 100-continue can be expected")
    # h2c is what Java's client offers first, and takes no for an answer (RFC 9110, 7.8).
    if any(value.lower() != _H2C for value in named.get(b"upgrade", ())):
        raise HeadRefused(400, "the connection cannot become another protocol's")


def _check_framing(lengths: list[bytes], encodings: list[bytes]) -> None:
    """One way alone may say where the body ends (RFC 9112, 6.3)."""
    if len(lengths) + len(encodings) > 1:
        raise HeadRefused(400, "the request says more than once how long its body is")
    if any(not value.isdigit() for value in lengths):
        raise HeadRefused(400, "the length of the body is no number")
    if any(value.lower() != b"chunked" for value in encodings):
        raise HeadRefused(501, "a body can be chunked, and nothing else")
