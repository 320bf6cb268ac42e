"""Calls of Google's IAM about the keys of one service account, as flows that raise Refused.

Sources: IAM REST reference, projects.serviceAccounts.keys (list, get, upload, disable, enable, delete), "Troubleshoot
organization policy errors for service accounts"; what an upload is answered that a policy forbids: GAM-team/GAM#1678.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Generator, Mapping
from datetime import datetime
from urllib.parse import quote

from nexcred.auth.answer import ParsedResponse, lacking, verdict_by_status, verdict_of
from nexcred.auth.flow import Grant, Refused, Request, Response, Verdict
from nexcred.auth.new_key_pair import fingerprint_of_certificate
from nexcred.auth.pick import pick, pick_text
from nexcred.auth.request import with_grant
from nexcred.auth.timestamp import parse_timestamp
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of

SCOPE = "https://www.googleapis.com/auth/iam"
MOST_KEYS = 10
_CONSTRAINT = re.compile(rb"constraints/(iam\.[A-Za-z.]{1,80})")
_TO_PERMIT = "grant it the role Service Account Key Admin on the account, or name another credential as its rotator"


class Account(NamedTuple):
    """A service account as IAM at `url` knows it, and what authenticates who asks about its keys."""

    url: str
    project: str
    email: str
    grant: Grant

    def __repr__(self) -> str:
        return repr_of(self, "project", "email")

    @property
    def keys(self) -> str:
        """Return the address of its keys. Where the project is not known, IAM finds it by `-`."""
        project, email = quote(self.project or "-", safe=":"), quote(self.email, safe="@")
        return f"{self.url.rstrip('/')}/v1/projects/{project}/serviceAccounts/{email}/keys"

    def key(self, key_id: str) -> str:
        return f"{self.keys}/{quote(key_id, safe='')}"


class ListedGoogleKey(NamedTuple):
    """A key that people manage. `is_enabled` is false for one that signs nothing until it is enabled."""

    id: str
    is_enabled: bool
    created_at: datetime | None


class NoSuchGoogleKey(Refused):
    """The account has no such key, or never had, or there is no such account."""


def list_keys(account: Account, now: datetime) -> Generator[Request, Response, tuple[ListedGoogleKey, ...]]:
    """Return the keys that people manage; Google's own are none of anybody's business."""
    request = Request("GET", account.keys, query=(("keyTypes", "USER_MANAGED"),))
    answer = yield from _call(account, request, now)
    found = pick("keys", answer.document)
    listed = found if isinstance(found, list) else []
    return tuple(_key(each) for each in listed if isinstance(each, dict) and isinstance(each.get("name"), str))


def read_key(account: Account, key_id: str, now: datetime) -> Generator[Request, Response, ListedGoogleKey | None]:
    """Return one key; None where the account has none of this id."""
    try:
        answer = yield from _call(account, Request("GET", account.key(key_id)), now)
    except NoSuchGoogleKey:
        return None
    if not isinstance(answer.document, dict) or not isinstance(answer.document.get("name"), str):
        raise lacking(answer, "name", now)
    return _key(answer.document)


def key_fingerprint(account: Account, key_id: str, now: datetime) -> Generator[Request, Response, str]:
    """Return the fingerprint of a key's public half; "" where there is none that can be read."""
    request = Request("GET", account.key(key_id), query=(("publicKeyType", "TYPE_X509_PEM_FILE"),))
    try:
        answer = yield from _call(account, request, now)
        return fingerprint_of_certificate(b64decode(pick_text("publicKeyData", answer.document) or ""))
    except (NoSuchGoogleKey, ValueError):
        return ""


def upload_key(account: Account, certificate: str, now: datetime) -> Generator[Request, Response, str]:
    """Have the account take a public key, in an X.509 certificate in PEM; return the id that it gets."""
    request = _post(f"{account.keys}:upload", {"publicKeyData": b64encode(certificate.encode()).decode()})
    answer = yield from _call(account, request, now)
    key_id = (pick_text("name", answer.document) or "").rpartition("/")[2]
    if not key_id:
        raise lacking(answer, "name", now)
    return key_id


def set_enabled(
    account: Account, key_id: str, now: datetime, *, is_enabled: bool
) -> Generator[Request, Response, None]:
    """Have a key sign again, or no longer."""
    yield from _call(account, _post(f"{account.key(key_id)}:{'enable' if is_enabled else 'disable'}", {}), now)


def delete_key(account: Account, key_id: str, now: datetime) -> Generator[Request, Response, None]:
    """Delete a key for good; that there is none is as good."""
    try:
        yield from _call(account, Request("DELETE", account.key(key_id)), now)
    except NoSuchGoogleKey:
        return


def _post(url: str, document: Mapping[str, str]) -> Request:
    return Request("POST", url, {"Content-Type": "application/json"}, body=json.dumps(document).encode())


def _call(account: Account, request: Request, now: datetime) -> Generator[Request, Response, ParsedResponse]:
    """Send one call; raise Refused for any answer but a yes in JSON."""
    answer = ParsedResponse.read((yield with_grant(request, account.grant)))
    if answer.is_success and isinstance(answer.document, dict) and "error" not in answer.document:
        return answer
    is_gone = answer.response.status == 404 and pick_text("error.status", answer.document) == "NOT_FOUND"
    raise (NoSuchGoogleKey if is_gone else Refused)(_refusal(answer, now))


def _refusal(answer: ParsedResponse, now: datetime) -> Verdict:
    verdict = verdict_by_status(answer, now, message="error.message", sent="bearer")
    forbidden = _CONSTRAINT.search(answer.response.body)
    if forbidden and answer.is_json:
        said = f"an organisation policy forbids it ({forbidden[1].decode()}): rotate by hand, or have the policy lifted"
        return verdict_of(answer, ProbeStatus.FORBIDDEN, said, now)
    reason = pick_text("error.status", answer.document)
    if reason == "PERMISSION_DENIED" and "SERVICE_DISABLED" not in str(pick("error.details[].reason", answer.document)):
        missing = re.search(r"iam\.serviceAccountKeys\.[a-z]+", verdict.detail)
        what = missing[0] if missing else "what was asked"
        return verdict_of(answer, ProbeStatus.FORBIDDEN, f"{what} is not permitted: {_TO_PERMIT}", now)
    if reason == "FAILED_PRECONDITION":
        said = f"{verdict.detail}; an account has {MOST_KEYS} keys at most: delete one that nobody uses"
        return verdict_of(answer, ProbeStatus.FORBIDDEN, said, now)
    return verdict


def _key(document: Mapping[str, object]) -> ListedGoogleKey:
    key_id = str(document["name"]).rpartition("/")[2]
    return ListedGoogleKey(
        key_id, document.get("disabled") is not True, parse_timestamp(document.get("validAfterTime"))
    )
