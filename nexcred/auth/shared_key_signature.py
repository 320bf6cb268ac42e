"""Shared Key of Azure Storage, for blobs, queues and files: a request signed by an account's key.

Source: Azure Storage REST API, "Authorize with Shared Key".
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import unquote, urlsplit, urlunsplit

from nexcred.auth.flow import Request
from nexcred.auth.query import as_written, full_url, recoded

_SIGNED = (
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
)
_OWN = "x-ms-"


def sign(request: Request, account: str, key: bytes, version: str, now: datetime) -> Request:
    """Return the request with what signs its method, address and headers. It is good for some minutes.

    `version` is that of the API, unless the request names another. Of several lines of one header one is made.
    """
    parts = urlsplit(full_url(request))
    query = "&".join("".join(part) for part in recoded(parts.query))
    url = urlunsplit((parts.scheme, parts.netloc, as_written(parts.path) or "/", query, ""))
    headers = {"x-ms-version": version, **_joined(request)}
    from email.utils import format_datetime  # slow to import, for a scheme that few have

    headers["x-ms-date"] = format_datetime(now.astimezone(UTC), usegmt=True)
    whole = request._replace(url=url, query=(), headers=headers, repeated=())
    digest = hmac.digest(key, string_to_sign(whole, account).encode(), sha256)
    return whole._replace(headers={**headers, "Authorization": f"SharedKey {account}:{b64encode(digest).decode()}"})


def string_to_sign(request: Request, account: str) -> str:
    """Return the text that is signed, of a request whose URL has its whole query."""
    headers = {name.lower(): " ".join(value.split()) for name, value in request.headers.items()}
    headers["content-length"] = str(len(request.body)) if request.body else ""
    lines = [request.method, *(headers.get(name, "") for name in _SIGNED)]
    lines += [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith(_OWN)]
    parts = urlsplit(request.url)
    return "\n".join((*lines, f"/{account}{parts.path}", *_named_in(parts.query)))


def _joined(request: Request) -> Mapping[str, str]:
    """Return the headers with one line each, names in lower case, without what is replaced."""
    found: dict[str, list[str]] = {}
    for name, value in (*request.headers.items(), *request.repeated):
        found.setdefault(name.lower(), []).append(value)
    return {name: ",".join(values) for name, values in found.items() if name not in ("authorization", "x-ms-date")}


def _named_in(query: str) -> list[str]:
    found: dict[str, list[str]] = {}
    for name, _, value in recoded(query):
        found.setdefault(unquote(name).lower(), []).append(unquote(value))
    return [f"{name}:{','.join(sorted(values))}" for name, values in sorted(found.items())]
