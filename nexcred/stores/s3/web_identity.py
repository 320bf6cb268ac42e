"""Keys of a role for the token that a job or pod has: STS AssumeRoleWithWebIdentity, which is asked without a login."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from nexcred.auth.flow import Request
from nexcred.auth.sigv4_signature import Keys
from nexcred.auth.timestamp import parse_timestamp
from nexcred.errors import StoreFailed, StoreUnreachable
from nexcred.http.policy import HostPolicy
from nexcred.http.transport import Transport
from nexcred.model.bounded_file import read_file
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.stores.s3.address import parse_endpoint, top_of

_MOST_TOKEN_BYTES = 64 * 1024
_REQUEST_S = 20.0


class WebIdentity(NamedTuple):
    """A file that holds a token, and the role that it is shown for."""

    token_file: str
    role_arn: str

    def __repr__(self) -> str:
        return repr_of(self)

    session_name: str


def ask_for_keys(identity: WebIdentity, environment: Mapping[str, str], region: str) -> tuple[Keys, datetime | None]:
    """Return the role's keys and when they end; raise StoreFailed, StoreUnreachable."""
    token = _token(identity)
    url = _endpoint(environment, region)
    form = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": identity.role_arn,
        "RoleSessionName": identity.session_name,
        "WebIdentityToken": token,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/xml"}
    request = Request("POST", f"{url}/", headers, body=urlencode(form).encode())
    transport = Transport(HostPolicy((), (urlsplit(url).netloc,)), environment=environment)
    try:
        response = transport.send(request, Deadline.after(_REQUEST_S))
    except TransportFailed as error:
        raise StoreUnreachable(f"the login cannot be asked for at {url}: {error.detail}") from None
    body = response.body.decode("utf-8", "replace")
    found = [_text(body, name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
    if response.status != 200 or not all(found):
        said = _text(body, "Message") or _text(body, "Code") or f"status {response.status}"
        raise StoreFailed(f"AWS does not grant the role of AWS_ROLE_ARN: {make_visible(said[:200])}")
    return Keys(*found), parse_timestamp(_text(body, "Expiration"))


def _token(identity: WebIdentity) -> str:
    data = read_file(
        Path(identity.token_file),
        _MOST_TOKEN_BYTES,
        lambda why: StoreFailed(f"the token file of the role cannot be read: {why}"),
    )
    return data.decode("ascii", "replace").strip()


def _endpoint(environment: Mapping[str, str], region: str) -> str:
    named = environment.get("AWS_ENDPOINT_URL_STS") or environment.get("AWS_ENDPOINT_URL")
    if named:
        return parse_endpoint(named)
    return f"https://sts.{region}.{top_of(region)}" if region else "https://sts.amazonaws.com"


def _text(body: str, tag: str) -> str:
    found = re.search(rf"<{tag}>([^<]*)</{tag}>", body)
    return found[1].strip() if found else ""
