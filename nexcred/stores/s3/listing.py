"""A page of a list of objects, in S3's XML."""

import re
from datetime import datetime
from urllib.parse import unquote_plus
from xml.sax.saxutils import unescape

from nexcred.auth.timestamp import parse_timestamp
from nexcred.model.named_tuple import NamedTuple


class Listed(NamedTuple):
    """An object in a list, by its name below the vault's prefix."""

    name: str
    size: int
    modified: datetime | None


_CONTENTS = re.compile(rb"<Contents>(.*?)</Contents>", re.DOTALL)
_TOKEN = re.compile(rb"<NextContinuationToken>([^<]{1,2048})</NextContinuationToken>")


def read_list(body: bytes) -> tuple[list[tuple[str, int, datetime | None]], str]:
    """Return (key, size, time) of each object, and the token of the next page, "" for none."""
    listed = []
    for entry in _CONTENTS.findall(body):
        size = _text_in(entry, b"Size")
        key = unquote_plus(unescape(_text_in(entry, b"Key")))
        listed.append((key, int(size) if size.isdigit() else 0, parse_timestamp(_text_in(entry, b"LastModified"))))
    token = _TOKEN.search(body)
    return listed, unescape(token[1].decode("ascii", "replace")) if token else ""


def _text_in(entry: bytes, tag: bytes) -> str:
    found = re.search(rb"<%b>([^<]*)</%b>" % (tag, tag), entry)
    return found[1].decode("utf-8", "replace") if found else ""
