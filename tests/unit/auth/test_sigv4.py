"""The SigV4 scheme: whose keys sign, for which service, and what a role takes."""

from datetime import UTC, datetime, timedelta

import pytest

from nexcred.auth.assumed_role import Role
from nexcred.auth.flow import Grant, Refused, Request, Response
from nexcred.auth.request import with_grant
from nexcred.auth.sigv4 import SigV4
from nexcred.model.probe import ProbeStatus as Status
from tests.unit.auth.drive import page, run
from tests.unit.auth.sts_answers import ARN, GRANTED, error

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
STS = "https://sts.eu-west-1.amazonaws.com"
SCHEME = SigV4(
    access_key_id="{access_key_id}",
    secret_key="{secret_key}",
    session_token="{session_token}",
    region="{region}",
    service="s3",
    services={"sts": "https://sts.{region}.amazonaws.com"},
    role=Role(url="https://sts.{region}.amazonaws.com", arn="{role_arn}", external_id="{external_id}"),
)
VALUES = {"access_key_id": "AKIAEXAMPLE", "secret_key": "secret-EXAMPLE", "region": "eu-west-1"}
ROLE = {**VALUES, "role_arn": ARN, "external_id": "abc EXAMPLE"}


def signed_with(grant: Grant, url: str = "https://s3.eu-west-1.amazonaws.com/") -> Request:
    return with_grant(Request("GET", url), grant)


def credential_of(request: Request) -> str:
    return request.headers["Authorization"].partition("Credential=")[2].partition(",")[0]


def test_the_users_key_signs_for_the_service_of_each_address() -> None:
    requests, grant = run(SCHEME.flow(VALUES, NOW))
    assert requests == []
    assert credential_of(signed_with(grant)) == "AKIAEXAMPLE/20260115/eu-west-1/s3/aws4_request"
    assert credential_of(signed_with(grant, f"{STS}/")) == "AKIAEXAMPLE/20260115/eu-west-1/sts/aws4_request"
    assert "X-Amz-Security-Token" not in signed_with(grant).headers
    assert (grant.session, grant.expires_at, grant.signed_at) == (None, None, NOW)


def test_a_session_token_goes_with_its_keys() -> None:
    _, grant = run(SCHEME.flow({**VALUES, "session_token": "token-EXAMPLE"}, NOW))
    assert signed_with(grant).headers["X-Amz-Security-Token"] == "token-EXAMPLE"
    assert "x-amz-security-token" in signed_with(grant).headers["Authorization"]


def test_the_keys_of_a_role_sign_and_are_kept() -> None:
    (request,), grant = run(SCHEME.flow(ROLE, NOW), Response(200, {}, GRANTED))
    assert (request.method, request.url) == ("POST", f"{STS}/")
    assert credential_of(request) == "AKIAEXAMPLE/20260115/eu-west-1/sts/aws4_request"
    assert request.body is not None
    assert b"RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Freader" in request.body
    assert b"ExternalId=abc+EXAMPLE" in request.body
    assert credential_of(signed_with(grant)).startswith("ASIAEXAMPLE/")
    assert signed_with(grant).headers["X-Amz-Security-Token"] == "role-token-EXAMPLE"
    assert grant.expires_at == NOW + timedelta(hours=1)
    assert grant.session is not None
    again, kept = run(SCHEME.flow(ROLE, NOW + timedelta(minutes=58), grant.session))
    assert again == []
    assert credential_of(signed_with(kept)).startswith("ASIAEXAMPLE/")
    assert kept.session is None


@pytest.mark.parametrize(
    ("later_s", "changed"),
    [
        (3541, {}),
        (0, {"role_arn": f"{ARN}-2"}),
        (0, {"secret_key": ""}),
        (0, {"expires_at": "soon"}),
        (0, {"session_token": 7}),
    ],
)
def test_kept_keys_that_are_no_good_are_asked_for_again(later_s: int, changed: dict[str, object]) -> None:
    _, grant = run(SCHEME.flow(ROLE, NOW), Response(200, {}, GRANTED))
    session = {**(grant.session or {}), **changed}
    requests, _ = run(SCHEME.flow(ROLE, NOW + timedelta(seconds=later_s), session), Response(200, {}, GRANTED))
    assert len(requests) == 1


def refusal(*responses: Response) -> tuple[Status, str]:
    with pytest.raises(Refused) as refused:
        run(SCHEME.flow(ROLE, NOW), *responses)
    return refused.value.verdict.status, refused.value.verdict.detail


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (error("InvalidClientTokenId"), Status.REJECTED),
        (error("ExpiredToken"), Status.EXPIRED),
        (error("AccessDenied"), Status.FORBIDDEN),
        (error("Throttling", status=400), Status.RATE_LIMITED),
        (error("RegionDisabledException"), Status.INCONCLUSIVE),
        (error("InternalFailure", status=500), Status.PROVIDER_ERROR),
        (page(403), Status.BLOCKED),
        (Response(200, {}, GRANTED.replace(b"Expiration>", b"Until>")), Status.INCONCLUSIVE),
        (Response(200, {}, b"{}"), Status.INCONCLUSIVE),
    ],
)
def test_what_sts_refuses_is_told(response: Response, status: Status) -> None:
    assert refusal(response)[0] is status


def test_a_wrong_signature_must_be_refused_twice() -> None:
    wrong = error("SignatureDoesNotMatch")
    assert refusal(wrong, wrong)[0] is Status.REJECTED
    requests, _ = run(SCHEME.flow(ROLE, NOW), wrong, Response(200, {}, GRANTED))
    assert requests[0] == requests[1]


def test_a_wrong_clock_is_blamed_before_the_key() -> None:
    skewed = error("SignatureDoesNotMatch", "Signature expired", date="Thu, 15 Jan 2026 13:00:00 GMT")
    status, detail = refusal(skewed, skewed)
    assert status is Status.INCONCLUSIVE
    assert "60 minutes behind" in detail


def test_a_grant_and_its_keys_do_not_print() -> None:
    _, grant = run(SCHEME.flow(ROLE, NOW), Response(200, {}, GRANTED))
    assert "EXAMPLE" not in repr(grant)
