"""What a bucket's answers mean where they are no answer to what was asked."""

import re

from nexcred.auth.flow import Response
from nexcred.errors import StoreFailed, StoreUnreachable, Tampered
from nexcred.model.text import make_visible
from nexcred.network.failures import TransportFailed

_CODE = re.compile(rb"<Code>([A-Za-z0-9.]{1,64})</Code>")
_REGION = re.compile(rb"<Region>([a-z0-9-]{1,32})</Region>")
_HEADER_REGION = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)
# Asked again: it may go better.
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_PASSING_CODES = frozenset({"RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable"})
_LOGIN = {
    "InvalidAccessKeyId": "the access key id is not known there",
    "SignatureDoesNotMatch": "the secret access key is not the one of this access key id",
    "InvalidToken": "the session token is not good there",
    "ExpiredToken": "the login has expired",
    "TokenRefreshRequired": "the login has expired",
    "RequestTimeTooSkewed": "the clock of this machine is more than 15 minutes off",
}


def code_of(response: Response) -> str:
    """Return the error code of an answer, "" where it has none."""
    found = _CODE.search(response.body[:4096])
    return found[1].decode() if found else ""


def is_passing(response: Response) -> bool:
    """True for an answer that another try may better."""
    return response.status in _PASSING or code_of(response) in _PASSING_CODES


def region_told(response: Response) -> str:
    """Return the region that the answer says the bucket is in, "" where it says none."""
    told = response.headers.get("x-amz-bucket-region", "")
    found = _REGION.search(response.body[:4096])
    return told if _HEADER_REGION.fullmatch(told) else found[1].decode() if found else ""


def refusal(response: Response, place: str, *, region: str, writes: bool = False) -> StoreFailed:
    """Say why the place of the vault did not do what was asked."""
    code, told = code_of(response), region_told(response)
    if told and told != region and (300 <= response.status < 400 or response.status == 400):
        return StoreFailed(
            f"the bucket of {place} is in {told}, not in {region}", hint=f"say so in the URL: ?region={told}"
        )
    if 300 <= response.status < 400:
        return StoreFailed(f"{place} answers with a redirect to elsewhere, which is never followed")
    if code in _LOGIN:
        return StoreFailed(f"{place} refuses the login: {_LOGIN[code]}")
    if code == "NoSuchBucket":
        return StoreFailed(
            f"there is no such bucket: {place}", hint="make it first; the vault's page in the docs has the policy"
        )
    if response.status in (401, 403) and writes:
        return StoreFailed(
            f"the login may read {place}, and not write to it; nothing was written",
            hint="read with it as a reader does, or ask for s3:PutObject",
        )
    if response.status in (401, 403):
        return StoreFailed(
            f"the login may not read {place}, or nothing is there and it may not list the bucket",
            hint="it needs s3:GetObject and s3:ListBucket",
        )
    if response.status == 501 or code == "NotImplemented":
        return StoreFailed(
            f"{place} does not know what a vault needs of it", hint="take a store with conditional writes"
        )
    said = f" ({make_visible(code)})" if code else ""
    return StoreFailed(f"{place} answers {response.status}{said}")


def unreachable(place: str, why: TransportFailed | Response) -> StoreUnreachable | Tampered:
    """Say that no answer could be had; of one that was longer than it may be, that it is none of a vault."""
    if isinstance(why, TransportFailed):
        if why.http_status == 200:
            return Tampered(f"an object of the vault at {place} is larger than it was written")
        return StoreUnreachable(f"{place} cannot be reached: {why.detail}")
    return StoreUnreachable(f"{place} is not ready to answer: it says {why.status}", hint="try again in a moment")
