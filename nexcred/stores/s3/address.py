"""s3://BUCKET/PREFIX?region=REGION&endpoint=URL: which bucket, at whose door, and where in it."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from nexcred.errors import UsageError
from nexcred.http.hostnames import is_loopback, parse_host
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

_FORM = "it has the form s3://BUCKET/PREFIX?region=REGION, and &endpoint=https://HOST for what is not AWS"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_PREFIX = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)
_PORTS = {"https": 443, "http": 80}
# Where nobody asks for one, a signature still names one.
_ANY_REGION = "us-east-1"
_CHINA = "cn-"


class BucketAddress(NamedTuple):
    """`endpoint` is "" for AWS, `region` where the URL names none. `prefix` has no slash at its ends."""

    bucket: str
    prefix: str = ""
    region: str = ""
    endpoint: str = ""

    def __repr__(self) -> str:
        return repr_of(self)

    @property
    def location(self) -> str:
        """The URL as this machine remembers it: each bucket has one spelling."""
        query = urlencode(
            [one for one in (("region", self.region), ("endpoint", self.endpoint)) if one[1]], safe=":/[]"
        )
        return f"s3://{self.bucket}{'/' if self.prefix else ''}{self.prefix}{'?' if query else ''}{query}"

    def signed_region(self, usual: str) -> str:
        """Return the region to sign for, `usual` being the machine's own; raise UsageError where none is told."""
        region = self.region or usual
        if not region and not self.endpoint:
            raise UsageError(
                f"the region of the bucket '{self.bucket}' is not told",
                hint=f"add it to the URL: s3://{self.bucket}/...?region=REGION, or set AWS_REGION",
            )
        return region or _ANY_REGION

    def url(self, region: str) -> str:
        """Return the address of the bucket, without a slash at its end."""
        if self.endpoint:
            return f"{self.endpoint}/{self.bucket}"
        if "." in self.bucket:  # no certificate is for two names before the service's own
            return f"https://s3.{region}.{top_of(region)}/{self.bucket}"
        return f"https://{self.bucket}.s3.{region}.{top_of(region)}"

    def key(self, name: str) -> str:
        """Return the key of one of the vault's objects."""
        return f"{self.prefix}/{name}" if self.prefix else name


def top_of(region: str) -> str:
    """Return the domain that AWS's hosts of a region are in."""
    return "amazonaws.com.cn" if region.startswith(_CHINA) else "amazonaws.com"


def parse_address(text: str) -> BucketAddress:
    """Read the URL of a vault; raise UsageError, which repeats nothing that may be a secret."""
    try:
        parts = urlsplit(text)
        query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), max_num_fields=10)
    except ValueError:
        raise UsageError("the URL of the vault cannot be read", hint=_FORM) from None
    _refuse_secrets(parts.netloc, [name for name, _ in query])
    known = dict(query)
    if set(known) - {"region", "endpoint"} or len(known) != len(query) or parts.fragment:
        raise UsageError("the URL of the vault asks for something that a bucket does not have", hint=_FORM)
    bucket, prefix, region = parts.netloc, parts.path.strip("/"), known.get("region", "")
    if not _BUCKET.fullmatch(bucket) or ".." in bucket:
        raise UsageError("the URL of the vault does not name a bucket", hint=_FORM)
    if not _PREFIX.fullmatch(prefix) or len(prefix) > 512:
        raise UsageError(
            "the place in the bucket has up to 512 letters, digits, '.', '_', '-' and '/', and no part that begins"
            " with '.'",
            hint=_FORM,
        )
    if region and not _REGION.fullmatch(region):
        raise UsageError("the region in the URL of the vault is none", hint=_FORM)
    return BucketAddress(bucket, prefix, region, parse_endpoint(known.get("endpoint", "")))


def quoted(key: str) -> str:
    return quote(key, safe="/-_.~")


def _refuse_secrets(netloc: str, names: list[str]) -> None:
    secret = re.compile(r"key|secret|token|password|credential", re.IGNORECASE)
    if "@" in netloc or any(secret.search(name) for name in names):
        raise UsageError(
            "the URL of a vault holds no key: whoever sees it would have it",
            hint="leave it to AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or to a profile and AWS_PROFILE",
        )


def parse_endpoint(text: str) -> str:
    """Return SCHEME://HOST[:PORT]; plain http is for this machine alone."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parse_host(f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "")
    except ValueError:
        raise UsageError("the endpoint in the URL of the vault cannot be read", hint=_FORM) from None
    _refuse_secrets(parts.netloc, [])
    if parts.scheme not in _PORTS or parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError("an endpoint is https://HOST or https://HOST:PORT", hint=_FORM)
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(
            "an endpoint with plain http would show the login's traffic to every machine on the way",
            hint="write https://",
        )
    return f"{parts.scheme}://{host.in_url}" + (f":{port}" if port not in (None, _PORTS[parts.scheme]) else "")
