"""Buckets of S3 and its like in the host name ("virtual-hosted style") in place of the path, and who asks for it.

Sources: Amazon S3 User Guide, "Virtual hosting of general purpose buckets"; the error codes of Alibaba Cloud OSS,
Tencent COS, Huawei OBS and Volcengine TOS for requests in path style.
"""

import re
from urllib.parse import urlsplit

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.flow import Request, Response
from nexcred.auth.pick import pick_text

STYLES = ("auto", "path", "virtual")
# Compiled when they are first needed.
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_ASKS = frozenset(
    {"SecondLevelDomainForbidden", "PathStyleDomainForbidden", "VirtualHostDomainRequired", "InvalidPathAccess"}
)
# Of the answers that ask: none of them is a success.
ASKING_STATUSES = (400, 403)


def with_bucket_in_host(request: Request, endpoint: str) -> Request:
    """Return the request with the first part of its path before the endpoint's host, where that is a bucket's name.

    Whatever else the request leads to stays as it is: another host, an address, no bucket, an endpoint with a path.
    """
    base = endpoint.rstrip("/")
    parts = urlsplit(base)
    if parts.path or not request.url.startswith(f"{base}/") or _is_address(parts.hostname or ""):
        return request
    path, mark, query = request.url[len(base) + 1 :].partition("?")
    bucket, _, key = path.partition("/")
    if not re.fullmatch(_BUCKET, bucket):
        return request
    return request._replace(url=f"{parts.scheme}://{bucket}.{parts.netloc}/{key}{mark}{query}")


def asks_for_bucket_in_host(response: Response) -> bool:
    """True for the answer of a store that takes no path style."""
    if response.status not in ASKING_STATUSES:
        return False
    return pick_text("Error.Code", ParsedResponse.read(response).document) in _ASKS


def _is_address(host: str) -> bool:
    return ":" in host or host.rpartition(".")[2].isdigit()
