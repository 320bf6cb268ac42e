"""STS AssumeRole: an access key is exchanged for the temporary keys of a role.

Sources: AWS Security Token Service API Reference, "AssumeRole" and "Common errors".
"""

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from nexcred.auth.answer import ParsedResponse, verdict_by_status, verdict_of
from nexcred.auth.clock import blame_clock
from nexcred.auth.flow import Refused, Request, Response, Session, Verdict
from nexcred.auth.pick import pick_text
from nexcred.auth.request import RequestSpec
from nexcred.auth.sigv4_signature import Keys, Scope, sign
from nexcred.auth.timestamp import parse_timestamp
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import DOTS
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render_optional

# Keys that end while a request is on its way are of no use.
_MARGIN = timedelta(seconds=60)
_GRANTED = "AssumeRoleResponse.AssumeRoleResult.Credentials"
_ERROR = "(ErrorResponse.Error || ErrorResponse.Errors.Error)"
_CODES = {
    "InvalidClientTokenId": ProbeStatus.REJECTED,
    "SignatureDoesNotMatch": ProbeStatus.REJECTED,
    "ExpiredToken": ProbeStatus.EXPIRED,
    "AccessDenied": ProbeStatus.FORBIDDEN,
    "Throttling": ProbeStatus.RATE_LIMITED,
}

# Each knows its own keys alone, and answers to all others as to unknown ones.
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
    "us-iso-": "aws-iso",
    "eu-isoe-": "aws-iso-e",
}


class RoleKeys(NamedTuple):
    """The keys of a role, until they end."""

    role_arn: str
    keys: Keys
    expires_at: datetime

    def __repr__(self) -> str:
        return f"RoleKeys({DOTS})"

    @property
    def session(self) -> Session:
        """Return what to keep sealed: JSON, times in RFC 3339."""
        return {
            "role_arn": self.role_arn,
            "access_key_id": self.keys.access_key_id,
            "secret_key": self.keys.secret_key,
            "session_token": self.keys.session_token,
            "expires_at": self.expires_at.isoformat(),
        }


def read_role_keys(session: Session | None, role_arn: str, now: datetime) -> RoleKeys | None:
    """Return the kept keys of this role while they can be used."""
    kept = session or {}
    expires_at = parse_timestamp(kept.get("expires_at"))
    parts = [kept.get(name) for name in ("access_key_id", "secret_key", "session_token")]
    texts = [part for part in parts if isinstance(part, str) and part]
    if len(texts) != len(parts) or expires_at is None or kept.get("role_arn") != role_arn:
        return None
    return RoleKeys(role_arn, Keys(*texts), expires_at) if now + _MARGIN < expires_at else None


class Role(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`url` is the address of STS; `session_name` shows in the account's logs. All are templates."""

    url: str
    arn: str
    external_id: str = ""
    session_name: str = "nexcred"

    @property
    def request(self) -> RequestSpec:
        form = {
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name,
        }
        external_id = {"ExternalId": self.external_id} if self.external_id else {}
        return RequestSpec(method="POST", url=self.url, headers={"Accept": "text/xml"}, form=form | external_id)

    def places(self, at: str) -> Iterator[Placeholder]:
        for place in RequestSpec(url=self.url).places(at):
            yield place._replace(path=f"{at}.url")
        for name in ("arn", "external_id", "session_name"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.TEXT)

    def arn_in(self, values: TextValues) -> str | None:
        """Return the ARN of the role to assume; None when there is none to."""
        return render_optional(self.arn, values, TemplateContext.TEXT) or None

    def assume(
        self, values: TextValues, role_arn: str, keys: Keys, region: str, now: datetime
    ) -> Generator[Request, Response, RoleKeys]:
        """Ask STS, once more where its answer may be due to another key just tried; raise Refused."""
        request = sign(self.request.build(values), keys, Scope(region, "sts"), now)
        response = yield request
        if _code(ParsedResponse.read(response)) == "SignatureDoesNotMatch":
            response = yield request
        answer = ParsedResponse.read(response)
        granted = _granted(answer, role_arn)
        if granted is None:
            raise Refused(blame_clock(_refusal(answer, role_arn, region, now), response, now))
        return granted


def _granted(answer: ParsedResponse, role_arn: str) -> RoleKeys | None:
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
    found = [pick_text(f"{_GRANTED}.{name}", answer.document) or "" for name in names]
    expires_at = parse_timestamp(found.pop())
    if not answer.is_success or not all(found) or expires_at is None:
        return None
    return RoleKeys(role_arn, Keys(*found), expires_at)


def _refusal(answer: ParsedResponse, role_arn: str, region: str, now: datetime) -> Verdict:
    by_status = verdict_by_status(answer, now)
    if by_status.status in (ProbeStatus.RATE_LIMITED, ProbeStatus.PROVIDER_ERROR, ProbeStatus.BLOCKED):
        return by_status
    status = _CODES.get(_code(answer), ProbeStatus.INCONCLUSIVE)
    partition = role_arn.split(":")[1]
    if status is ProbeStatus.REJECTED and partition != partition_of(region):
        reason = f"the role is of the partition {partition}, and {region} is not: set its region"
        return verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now)
    return verdict_of(answer, status, answer.message(f"{_ERROR}.Message"), now)


def partition_of(region: str) -> str:
    """Return the partition by the beginning of a region's name (AWS General Reference, "AWS partitions")."""
    return next((partition for start, partition in _PARTITIONS.items() if region.startswith(start)), "aws")


def _code(answer: ParsedResponse) -> str:
    return pick_text(f"{_ERROR}.Code", answer.document) or ""
