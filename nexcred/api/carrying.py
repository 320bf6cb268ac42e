"""Putting what authenticates onto a request of `requests`."""

from collections.abc import Iterable
from urllib.parse import quote, urldefrag, urlencode

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict

from nexcred.auth.flow import Grant, Request
from nexcred.auth.query import full_url, with_query
from nexcred.auth.request import with_grant
from nexcred.http.headers import check_headers


def can_be_sent_again(prepared: PreparedRequest) -> bool:
    """False for a body that is gone once it was read."""
    return isinstance(prepared.body, str | bytes | None) or _beginning(prepared) is not None


def carrying(prepared: PreparedRequest, grant: Grant) -> PreparedRequest:
    """Return a copy with what authenticates; its headers win. A signature of the whole reads the body to its end."""
    sent = prepared.copy()
    sent.url = urldefrag(str(prepared.url)).url
    beginning, seek = _beginning(prepared), getattr(prepared.body, "seek", None)
    if beginning is not None and seek:
        seek(beginning)  # it may have been sent before
    if grant.finish is None:
        sent.headers.update(check_headers(grant.headers))
        if grant.query:
            sent.url = with_query(sent.url, urlencode(grant.query, quote_via=quote))
        return sent
    whole = with_grant(_request_of(prepared, sent.url), grant)
    sent.url = full_url(whole)
    sent.headers = CaseInsensitiveDict(whole.headers)
    if whole.body is not None:
        sent.body = whole.body
        sent.headers.pop("Transfer-Encoding", None)
        sent.headers["Content-Length"] = str(len(whole.body))
    return sent


def _beginning(prepared: PreparedRequest) -> int | None:
    """Return where the body begins in its file, as requests noted it for redirects; None when it is no file."""
    position = getattr(prepared, "_body_position", None)
    return position if isinstance(position, int) else None


def _request_of(prepared: PreparedRequest, url: str) -> Request:
    headers = {
        name: value.decode("latin-1") if isinstance(value, bytes) else value
        for name, value in prepared.headers.items()
        if name.lower() not in ("transfer-encoding", "content-length")
    }
    return Request(str(prepared.method), url, headers, body=_whole_body(prepared.body))


def _whole_body(body: object) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    read = getattr(body, "read", None)
    pieces = [read()] if callable(read) else list(body) if isinstance(body, Iterable) else []
    return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
