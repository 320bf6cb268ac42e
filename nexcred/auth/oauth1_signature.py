"""OAuth 1.0a (RFC 5849): the signature of a request by the secrets of a consumer and of a token."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from nexcred.auth.body import FORM
from nexcred.auth.flow import Request
from nexcred.auth.host_header import host_header
from nexcred.auth.query import as_written, full_url, recoded
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS

_HASHES = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}
_UNRESERVED = "-_.~"


class Secrets(NamedTuple):
    """What signs; `token` is "" for a consumer that asks for itself."""

    consumer: str
    token: str = ""

    def __repr__(self) -> str:
        return f"Secrets({DOTS})"


def sign(request: Request, parameters: Mapping[str, str], secrets: Secrets, realm: str = "") -> Request:
    """Return the request with the signature of its method, address and form (3.4). It is good for one request."""
    parts = urlsplit(full_url(request))
    url = urlunsplit((parts.scheme, parts.netloc, as_written(parts.path) or "/", parts.query, ""))
    whole = request._replace(url=url, query=())
    key = f"{_encoded(secrets.consumer)}&{_encoded(secrets.token)}".encode()
    digest = hmac.digest(key, base_string(whole, parameters).encode(), _HASHES[parameters["oauth_signature_method"]])
    signed = {**parameters, "oauth_signature": b64encode(digest).decode()}
    pairs = [f'{name}="{_encoded(value)}"' for name, value in signed.items()]
    if realm:
        pairs.insert(0, 'realm="{}"'.format(realm.replace("\\", r"\\").replace('"', r"\"")))
    headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
    return whole._replace(headers=headers | {"Authorization": f"OAuth {', '.join(pairs)}"})


def base_string(request: Request, parameters: Mapping[str, str]) -> str:
    """Return the text that is signed (3.4.1): the method, the address, and every parameter in order."""
    parts = urlsplit(request.url)
    found = [(_encoded(name), _encoded(value)) for name, value in parameters.items()]
    found += [(name, value) for text in (parts.query, _form_in(request)) for name, _, value in recoded(text)]
    address = f"{parts.scheme}://{host_header(parts)}{parts.path}"
    pairs = "&".join(f"{name}={value}" for name, value in sorted(found))
    return "&".join(map(_encoded, (request.method, address, pairs)))


def _form_in(request: Request) -> str:
    kind = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    is_form = kind.partition(";")[0].strip().lower() == FORM
    return (request.body or b"").decode(errors="replace") if is_form else ""


def _encoded(text: str) -> str:
    return quote(text, safe=_UNRESERVED)
