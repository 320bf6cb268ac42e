"""Calls of AWS IAM about the access keys of one user, as flows that raise Refused.

Sources: IAM API Reference, version 2010-05-08 (CreateAccessKey, ListAccessKeys, GetAccessKeyLastUsed, UpdateAccessKey,
DeleteAccessKey, common errors); endpoints and signing regions as botocore's endpoint rules for IAM have them.
"""

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlencode

from nexcred.auth.answer import ParsedResponse, lacking, verdict_by_status, verdict_of
from nexcred.auth.assumed_role import partition_of
from nexcred.auth.clock import blame_clock
from nexcred.auth.flow import Refused, Request, Response, Verdict
from nexcred.auth.pick import pick, pick_text
from nexcred.auth.sigv4_signature import Keys, Scope, sign
from nexcred.auth.timestamp import parse_timestamp
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of

MOST_KEYS = 2
_MOST_PAGES = 20
_ERROR = "(ErrorResponse.Error || ErrorResponse.Errors.Error)"
_MAKES_A_KEY = "CreateAccessKey"
_VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
# Each partition has one IAM, which signs for one region whatever the region of a key's bucket.
_SIGNED_IN = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}
_CODES = {
    "InvalidClientTokenId": ProbeStatus.REJECTED,
    "SignatureDoesNotMatch": ProbeStatus.REJECTED,
    "ExpiredToken": ProbeStatus.EXPIRED,
    "AccessDenied": ProbeStatus.FORBIDDEN,
    "AccessDeniedException": ProbeStatus.FORBIDDEN,
    "LimitExceeded": ProbeStatus.FORBIDDEN,
    "Throttling": ProbeStatus.RATE_LIMITED,
    "ServiceFailure": ProbeStatus.PROVIDER_ERROR,
}
_TO_PERMIT = "allow iam:*AccessKey* on arn:aws:iam::*:user/${aws:username}, or name another credential as its rotator"


class Signer(NamedTuple):
    """Who signs a call, and where it goes: the address of the service, and the region that is signed for."""

    url: str
    region: str
    keys: Keys
    service: str = "iam"

    def __repr__(self) -> str:
        return repr_of(self, "region", "service")


class ListedAccessKey(NamedTuple):
    """An access key as IAM lists it. `is_active` is false for one that signs nothing until it is activated."""

    id: str
    is_active: bool
    created_at: datetime | None


class NoSuchAccessKey(Refused):
    """IAM has no such key, or no such user, or never had."""


class UnknownKey(Refused):
    """IAM knows no key of whoever signed, or it is Inactive."""


def signing_region(region: str) -> str:
    """Return the region that IAM of the partition of a region is signed for."""
    return _SIGNED_IN[partition_of(region)]


_REFUSALS = {"NoSuchEntity": NoSuchAccessKey, "InvalidClientTokenId": UnknownKey}


def caller_arn(signer: Signer, now: datetime) -> Generator[Request, Response, str]:
    """Ask STS whose the key is; that takes no permission."""
    answer = yield from _call(signer, "GetCallerIdentity", {}, now)
    return _text(answer, "GetCallerIdentityResponse.GetCallerIdentityResult.Arn", now)


def list_keys(signer: Signer, user: str, now: datetime) -> Generator[Request, Response, tuple[ListedAccessKey, ...]]:
    """Return all keys of a user, "" being who signs."""
    found: list[ListedAccessKey] = []
    asked = _of_user(user)
    for _ in range(_MOST_PAGES):
        answer = yield from _call(signer, "ListAccessKeys", asked, now)
        page = pick("ListAccessKeysResponse.ListAccessKeysResult", answer.document)
        if not isinstance(page, dict) or "AccessKeyMetadata" not in page:
            raise lacking(answer, "AccessKeyMetadata", now)
        found += _listed(pick("AccessKeyMetadata.member", page))
        marker = page.get("Marker")
        if page.get("IsTruncated") != "true" or not isinstance(marker, str):
            return tuple(found)
        asked = {**_of_user(user), "Marker": marker}
    raise lacking(answer, "the end of the list", now)


def is_unknown(signer: Signer, now: datetime) -> Generator[Request, Response, bool]:
    """Ask with a key itself whether IAM takes it for none; any other refusal is raised."""
    try:
        yield from _call(signer, "ListAccessKeys", {}, now)
    except UnknownKey:
        return True
    return False


def create_key(signer: Signer, user: str, now: datetime) -> Generator[Request, Response, Keys]:
    """Have IAM make one more key."""
    answer = yield from _call(signer, _MAKES_A_KEY, _of_user(user), now)
    made = "CreateAccessKeyResponse.CreateAccessKeyResult.AccessKey"
    return Keys(_text(answer, f"{made}.AccessKeyId", now), _text(answer, f"{made}.SecretAccessKey", now))


def key_use(signer: Signer, key_id: str, now: datetime) -> Generator[Request, Response, tuple[str, datetime | None]]:
    """Return whose a key is, and when it last signed something; IAM tells that some minutes later."""
    answer = yield from _call(signer, "GetAccessKeyLastUsed", {"AccessKeyId": key_id}, now)
    told = "GetAccessKeyLastUsedResponse.GetAccessKeyLastUsedResult"
    used = pick_text(f"{told}.AccessKeyLastUsed.LastUsedDate", answer.document)
    return pick_text(f"{told}.UserName", answer.document) or "", parse_timestamp(used)


def set_active(
    signer: Signer, user: str, key_id: str, now: datetime, *, is_active: bool
) -> Generator[Request, Response, None]:
    """Have a key sign again, or no longer."""
    status = "Active" if is_active else "Inactive"
    yield from _call(signer, "UpdateAccessKey", {**_of_user(user), "AccessKeyId": key_id, "Status": status}, now)


def delete_key(signer: Signer, user: str, key_id: str, now: datetime) -> Generator[Request, Response, None]:
    """Delete a key; that there is none is as good."""
    try:
        yield from _call(signer, "DeleteAccessKey", {**_of_user(user), "AccessKeyId": key_id}, now)
    except NoSuchAccessKey:
        return


def _call(
    signer: Signer, action: str, parameters: Mapping[str, str], now: datetime
) -> Generator[Request, Response, ParsedResponse]:
    """Send one call, once more where its answer may be due to another key just tried; raise Refused."""
    form = {"Action": action, "Version": _VERSIONS[signer.service], **parameters}
    headers = {"Accept": "text/xml", "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    unsigned = Request("POST", f"{signer.url.rstrip('/')}/", headers, body=urlencode(form).encode())
    request = sign(unsigned, signer.keys, Scope(signer.region, signer.service), now)
    answer = ParsedResponse.read((yield request))
    if _code(answer) == "SignatureDoesNotMatch":
        answer = ParsedResponse.read((yield request))
    if answer.is_success and answer.is_xml and not answer.is_stopped:
        return answer
    refusal = _refusal(answer, f"{signer.service}:{action}", now)
    if action == _MAKES_A_KEY and not 400 <= answer.response.status < 500:
        # Nothing of it is quoted: it may hold a key that was made, of which nobody here knows the secret.
        bare = ParsedResponse.read(answer.response._replace(body=b""))
        refusal = refusal._replace(detail=_refusal(bare, "", now).detail)
    verdict = blame_clock(refusal, answer.response, now)
    raise _REFUSALS.get(_code(answer), Refused)(verdict)


def _refusal(answer: ParsedResponse, action: str, now: datetime) -> Verdict:
    by_status = verdict_by_status(answer, now, json_due=False)
    if by_status.status in (ProbeStatus.RATE_LIMITED, ProbeStatus.PROVIDER_ERROR, ProbeStatus.BLOCKED):
        return by_status
    code, said = _code(answer), answer.message(f"{_ERROR}.Message")
    status = _CODES.get(code, ProbeStatus.INCONCLUSIVE)
    if said.startswith(("Signature expired", "Signature not yet current")):
        status = ProbeStatus.INCONCLUSIVE
    elif code == "LimitExceeded":
        said = f"the user has {MOST_KEYS} access keys already, and IAM allows no more: delete one that nobody uses"
    elif status is ProbeStatus.FORBIDDEN:
        said = f"{action} is not permitted: {_TO_PERMIT}"
    return verdict_of(answer, status, said, now)


def _text(answer: ParsedResponse, expression: str, now: datetime) -> str:
    """Return a text that a yes has to have."""
    found = pick_text(expression, answer.document)
    if found is None:
        raise lacking(answer, expression.rpartition(".")[2], now)
    return found


def _listed(members: object) -> Iterator[ListedAccessKey]:
    """Read one member or several."""
    for member in members if isinstance(members, list) else [members]:
        if isinstance(member, dict) and isinstance(member.get("AccessKeyId"), str):
            created_at = parse_timestamp(member.get("CreateDate"))
            yield ListedAccessKey(member["AccessKeyId"], member.get("Status") == "Active", created_at)


def _of_user(user: str) -> dict[str, str]:
    return {"UserName": user} if user else {}


def _code(answer: ParsedResponse) -> str:
    return pick_text(f"{_ERROR}.Code", answer.document) or ""
