"""AWS Signature Version 4: what AWS and those who speak its protocol take instead of the secret itself.

Sources: IAM User Guide, "Create a signed AWS API request"; Amazon S3 API Reference, "Authenticating requests".
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from nexcred.auth.flow import Request
from nexcred.auth.host_header import host_header
from nexcred.auth.query import full_url, recoded
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS
from nexcred.model.sha256 import hmac_sha256, sha256

ALGORITHM = "AWS4-HMAC-SHA256"
_UNRESERVED = "-_.~"
# What the transport adds and proxies may change cannot be signed.
_UNSIGNED = frozenset(
    {"accept-encoding", "authorization", "connection", "content-length", "expect", "transfer-encoding", "user-agent"}
)


class Keys(NamedTuple):
    """An access key; `session_token` is "" for one that lasts."""

    access_key_id: str
    secret_key: str
    session_token: str = ""

    def __repr__(self) -> str:
        return f"Keys({DOTS})"


class Scope(NamedTuple):
    """What a signature is good for, beside its day."""

    region: str
    service: str


def sign(request: Request, keys: Keys, scope: Scope, now: datetime) -> Request:
    """Return the request with what signs its method, address, headers and body. It is good for some minutes.

    Of several lines of one header one is made: they are signed as one.
    """
    # The transport would encode the path too: signed is what is sent.
    parts = urlsplit(full_url(request))
    path = quote(unquote(parts.path), safe=f"/{_UNRESERVED}") or "/"
    query = "&".join("".join(part) for part in recoded(parts.query))
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    added = {"X-Amz-Date": moment}
    if keys.session_token:
        added["X-Amz-Security-Token"] = keys.session_token
    if scope.service == "s3":
        added["X-Amz-Content-Sha256"] = _body_hash(request)
    whole = request._replace(
        url=urlunsplit((parts.scheme, parts.netloc, path, query, "")),
        query=(),
        headers=_without(_joined(request), added) | added,
        repeated=(),
    )
    signed_headers, canonical = _canonical_request(whole, scope)
    credential_scope = f"{moment[:8]}/{scope.region}/{scope.service}/aws4_request"
    to_sign = "\n".join((ALGORITHM, moment, credential_scope, sha256(canonical.encode()).hex()))
    signature = hmac_sha256(_signing_key(keys, scope, moment[:8]), to_sign.encode()).hex()
    credential = f"Credential={keys.access_key_id}/{credential_scope}"
    authorization = f"{ALGORITHM} {credential}, SignedHeaders={signed_headers}, Signature={signature}"
    return whole._replace(headers={**whole.headers, "Authorization": authorization})


def _joined(request: Request) -> dict[str, str]:
    further = {
        name: [value for other, value in request.repeated if other.lower() == name.lower()] for name in request.headers
    }
    return {name: ",".join((value, *further[name])) for name, value in request.headers.items()}


def _without(headers: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    dropped = {"authorization", *(name.lower() for name in names)}
    return {name: value for name, value in headers.items() if name.lower() not in dropped}


def _canonical_request(request: Request, scope: Scope) -> tuple[str, str]:
    """Return the names of the signed headers, and the text that is signed. Other services than S3 encode twice."""
    parts = urlsplit(request.url)
    path = parts.path if scope.service == "s3" else quote(parts.path, safe=f"/{_UNRESERVED}")
    query = sorted((name, value) for name, _, value in recoded(parts.query))
    headers = {name.lower(): " ".join(value.split()) for name, value in request.headers.items()}
    headers = {name: value for name, value in headers.items() if name not in _UNSIGNED}
    headers["host"] = host_header(parts)
    names = ";".join(sorted(headers))
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    pairs = "&".join(f"{name}={value}" for name, value in query)
    return names, "\n".join((request.method, path, pairs, *lines, "", names, _body_hash(request)))


def _body_hash(request: Request) -> str:
    return sha256(request.body or b"").hex()


def _signing_key(keys: Keys, scope: Scope, day: str) -> bytes:
    key = f"AWS4{keys.secret_key}".encode()
    for part in (day, scope.region, scope.service, "aws4_request"):
        key = hmac_sha256(key, part.encode())
    return key
