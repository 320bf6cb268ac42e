"""The head of an answer: a line that cannot be read is an error, never the end of the headers."""

import http.client
import re
from collections.abc import Iterator
from typing import BinaryIO

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

_MOST_BYTES = 256 * 1024
_MOST_HEADERS = 500
_NO_NAME = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LENGTH = re.compile(r"[0-9]{1,18}")
_INTERIM = re.compile(rb"HTTP/1\.\d[ \t]+1(?!01)\d\d(?!\d)")
_NO_BODY = re.compile(rb"HTTP/1\.\d[ \t]+(?:204|304)(?!\d)")
# Who keeps the connection and until where the body goes: all that http.client itself has to know.
_FRAMING = frozenset({"connection", "content-length", "keep-alive", "proxy-connection", "transfer-encoding"})


class UnreadableHead(http.client.HTTPException):
    """A head that would be read in part; its text says why, and holds nothing of it."""


class AnswerHead(NamedTuple):
    """The status line with its line end, and the headers in order, each once for each line that was sent."""

    line: bytes
    fields: tuple[tuple[str, str], ...]

    @property
    def framing(self) -> bytes:
        """Return the head again with those headers alone that frame the message."""
        lines = (f"{name}: {value}\r\n" for name, value in self.fields if name.lower() in _FRAMING)
        return self.line + "".join(lines).encode("latin-1") + b"\r\n"

    def __repr__(self) -> str:
        return repr_of(self)


class _Lines:
    """Reads the lines of one head, within its bounds."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._bytes = 0
        self._count = 0

    def read(self) -> bytes:
        line = self._file.readline(_MOST_BYTES + 1 - self._bytes)
        self._bytes += len(line)
        if self._bytes > _MOST_BYTES:
            raise UnreadableHead("the answer has headers of more than 256 KiB")
        return line

    def headers(self) -> Iterator[bytes]:
        """Yield each line up to the empty one; raise IncompleteRead where the answer ends before it."""
        while (line := self.read()) not in (b"\r\n", b"\n"):
            if not line.endswith(b"\n"):
                raise http.client.IncompleteRead(b"")
            self._count += 1
            if self._count > _MOST_HEADERS:
                raise UnreadableHead("the answer has more than 500 headers")
            yield line


def read_head(file: BinaryIO) -> AnswerHead:
    """Return the head of the final answer, or of 101 (RFC 9110, 15.2); only the first line of what is not HTTP.

    Raises UnreadableHead, IncompleteRead.
    """
    while True:
        lines = _Lines(file)
        line = lines.read()
        if not line.startswith(b"HTTP/"):
            return AnswerHead(line, ())
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(b"")
        fields = _fields(lines.headers())
        if not _INTERIM.match(line):
            return AnswerHead(line, _framed(fields, has_body=not _NO_BODY.match(line)))


def _fields(lines: Iterator[bytes]) -> tuple[tuple[str, str], ...]:
    """Read as curl does: blanks before the colon are none, and a line that begins with a blank goes on with the last.

    RFC 9112, 5.1 and 5.2: a proxy removes the former and joins the latter.
    """
    fields: list[tuple[str, str]] = []
    for line in lines:
        text = line.decode("latin-1").rstrip("\r\n")
        if "\0" in text:
            raise UnreadableHead("the answer has a header with a NUL in it")
        if text[:1] in (" ", "\t"):
            if not fields:
                raise UnreadableHead("the answer has a blank before its first header")
            name, begun = fields.pop()
            fields.append((name, f"{begun} {_value(text)}".strip()))
            continue
        name, colon, value = text.partition(":")
        name = name.rstrip(" \t")
        if not colon or not name or _NO_NAME.search(name):
            raise UnreadableHead("the answer has a line among its headers that is not a header")
        fields.append((name, _value(value)))
    return tuple(fields)


def _value(text: str) -> str:
    """Return the value without blanks around it; a carriage return alone is a blank (RFC 9112, 2.2)."""
    return text.replace("\r", " ").strip(" \t")


def _framed(fields: tuple[tuple[str, str], ...], *, has_body: bool) -> tuple[tuple[str, str], ...]:
    """Return the fields with one length or one way of framing at most (RFC 9112, 6.3); raise UnreadableHead."""
    codings = [coding for coding in _listed(fields, "transfer-encoding") if coding not in ("", "identity")]
    lengths = set(_listed(fields, "content-length"))
    if codings and codings != ["chunked"]:
        raise UnreadableHead("the answer has a transfer coding that was not asked for")
    if not codings and not all(_LENGTH.fullmatch(length) for length in lengths):
        raise UnreadableHead("the answer's length is not a number")
    if not codings and len({int(length) for length in lengths}) > 1:
        raise UnreadableHead("the answer gives two lengths that differ")
    rest = tuple((name, value) for name, value in fields if name.lower() not in ("transfer-encoding", "content-length"))
    if codings:
        return (*rest, ("Transfer-Encoding", "chunked")) if has_body else rest
    return (*rest, ("Content-Length", lengths.pop())) if lengths else rest


def _listed(fields: tuple[tuple[str, str], ...], wanted: str) -> list[str]:
    values = ",".join(value for name, value in fields if name.lower() == wanted)
    return [one.strip().lower() for one in values.split(",")] if values else []
