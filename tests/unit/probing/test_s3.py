"""S3 probes against the answers that AWS documents, where no server at hand gives them."""

from datetime import UTC, datetime

import pytest

from nexcred.auth.flow import NoAnswer, Response, Verdict
from nexcred.connectors.hosts import hosts_of
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.http.policy import HostPolicy
from nexcred.model.probe import ProbeStatus as Status
from nexcred.probing.plan import probe_flow
from tests.unit.auth.drive import run
from tests.unit.auth.sts_answers import ARN, GRANTED, error

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ON_TIME, AN_HOUR_LATER = "Thu, 15 Jan 2026 12:00:01 GMT", "Thu, 15 Jan 2026 13:00:00 GMT"
VALUES = {"access_key_id": "AKIAEXAMPLE", "secret_key": "secret-EXAMPLE-of-nobody", "region": "eu-west-1"}
IDENTITY = Response(
    200,
    {},
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::123456789012:user/Alice</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>",
)


def s3_error(code: str, status: int, message: str = "no", date: str = ON_TIME) -> Response:
    return Response(status, {"date": date}, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode())


PLACES = ("us-east-1.amazonaws.com", "us-gov-west-1.amazonaws.com", "cn-north-1.amazonaws.com.cn")
UNKNOWN = error("InvalidClientTokenId", "The security token is invalid.")


def probe(*responses: Response, **more: str) -> tuple[list[str], Verdict]:
    connector = load_connector("s3")
    (method,) = connector.methods
    values = check_values(connector, method, {**VALUES, **more})
    requests, verdict = run(probe_flow(method, values, NOW), *responses)
    return [f"{request.method} {request.url}" for request in requests], verdict


def test_the_account_and_the_bucket_are_asked_for() -> None:
    listing = Response(200, {}, b"<ListBucketResult><Name>events</Name></ListBucketResult>")
    urls, verdict = probe(IDENTITY, listing, bucket="events")
    listed = "https://s3.eu-west-1.amazonaws.com/events?list-type=2&max-keys=1&encoding-type=url"
    assert urls == ["POST https://sts.eu-west-1.amazonaws.com/", f"GET {listed}"]
    assert verdict.status is Status.ACCEPTED
    assert verdict.identity == "account 123456789012, arn:aws:iam::123456789012:user/Alice"


SKEWED = "Signature expired: 20260115T120000Z is now earlier than 20260115T124500Z"


@pytest.mark.parametrize(
    ("response", "status", "detail"),
    [
        (error("ExpiredToken", "The security token has expired"), Status.EXPIRED, "has expired"),
        (error("SignatureDoesNotMatch", SKEWED, date=AN_HOUR_LATER), Status.INCONCLUSIVE, "60 minutes behind"),
        (error("SignatureDoesNotMatch", SKEWED), Status.INCONCLUSIVE, "Signature expired"),
        (error("InvalidClientTokenId", date=AN_HOUR_LATER), Status.INCONCLUSIVE, "60 minutes behind"),
        (error("MissingAuthenticationToken"), Status.INCONCLUSIVE, "no"),
        (error("Throttling", status=400), Status.RATE_LIMITED, "no"),
        (error("ServiceUnavailable", status=503), Status.PROVIDER_ERROR, "no"),
    ],
)
def test_sts_decides_by_its_codes(response: Response, status: Status, detail: str) -> None:
    urls, verdict = probe(response)
    assert (len(urls), verdict.status) == (1, status)
    assert detail in verdict.detail


@pytest.mark.parametrize(
    ("response", "status", "detail"),
    [
        (s3_error("AccessDenied", 403), Status.FORBIDDEN, "may not list this bucket"),
        (s3_error("NoSuchBucket", 404), Status.FORBIDDEN, "there is no bucket of this name"),
        (s3_error("PermanentRedirect", 301), Status.INCONCLUSIVE, "in another region"),
        (s3_error("AuthorizationHeaderMalformed", 400, "expecting 'us-west-2'"), Status.INCONCLUSIVE, "us-west-2"),
        (s3_error("RequestTimeTooSkewed", 403, date=AN_HOUR_LATER), Status.INCONCLUSIVE, "60 minutes behind"),
        (s3_error("InvalidAccessKeyId", 403), Status.REJECTED, "no"),
        (s3_error("InvalidToken", 400), Status.REJECTED, "no"),
        (s3_error("ExpiredToken", 400), Status.EXPIRED, "no"),
        (s3_error("SlowDown", 503), Status.RATE_LIMITED, "no"),
    ],
)
def test_s3_decides_by_its_codes(response: Response, status: Status, detail: str) -> None:
    _, verdict = probe(IDENTITY, response, bucket="events")
    assert verdict.status is status
    assert detail in verdict.detail
    assert verdict.identity == "account 123456789012, arn:aws:iam::123456789012:user/Alice"


def test_a_spurious_refusal_is_asked_for_again() -> None:
    urls, verdict = probe(error("SignatureDoesNotMatch", "does not match"), IDENTITY)
    assert (len(urls), verdict.status) == (2, Status.ACCEPTED)


def test_a_store_of_ones_own_is_a_host_of_its_own() -> None:
    listing = Response(200, {}, b"<ListAllMyBucketsResult><Owner><ID>ada</ID></Owner></ListAllMyBucketsResult>")
    urls, verdict = probe(listing, endpoint_url="https://minio.example.com:9000/")
    assert urls == ["GET https://minio.example.com:9000/"]
    assert (verdict.status, verdict.identity) == (Status.ACCEPTED, "owner ada")
    (method,) = load_connector("s3").methods
    hosts = hosts_of(method, {**VALUES, "endpoint_url": "https://minio.example.com:9000/"})
    assert "minio.example.com:9000" in hosts
    assert "sts.eu-west-1.amazonaws.com" in hosts


def test_what_the_role_was_given_stays_out_of_sight() -> None:
    echo = s3_error("AccessDenied", 403, "token role-token-EXAMPLE may not, nor role-secret-EXAMPLE")
    _, verdict = probe(Response(200, {}, GRANTED), echo, role_arn=ARN, endpoint_url="https://s3.example.com")
    assert verdict.detail == "token •••• may not, nor ••••"


def test_a_key_is_unknown_only_where_no_partition_knows_it() -> None:
    """hashicorp/aws-sdk-go-base#314, trufflesecurity/trufflehog#4087."""
    urls, verdict = probe(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
    assert urls[1:] == [f"POST https://sts.{place}/" for place in PLACES]
    assert (verdict.status, verdict.detail) == (Status.REJECTED, "The security token is invalid.")
    urls, _ = probe(UNKNOWN, UNKNOWN, UNKNOWN, region="us-east-1")
    assert urls[1:] == [f"POST https://sts.{place}/" for place in PLACES[1:]]


@pytest.mark.parametrize("asked", [1, 2, 3])
def test_a_key_of_another_partition_is_good_and_its_region_is_told(asked: int) -> None:
    urls, verdict = probe(*[UNKNOWN] * asked, IDENTITY)
    region = PLACES[asked - 1].partition(".")[0]
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.detail == f"the credential is good, but belongs elsewhere: set region {region}"
    assert verdict.identity == "account 123456789012, arn:aws:iam::123456789012:user/Alice"
    assert len(urls) == asked + 1


@pytest.mark.parametrize(
    ("there", "status"),
    [
        (error("SignatureDoesNotMatch"), Status.REJECTED),
        (error("ExpiredToken"), Status.EXPIRED),
    ],
)
def test_a_partition_that_knows_the_key_decides(there: Response, status: Status) -> None:
    _, verdict = probe(UNKNOWN, there)
    assert verdict.status is status


@pytest.mark.parametrize("there", [error("Throttling", status=400), Response(503, {}, b""), Response(302, {}, b"")])
def test_a_partition_that_does_not_say_leaves_it_open(there: Response) -> None:
    _, verdict = probe(UNKNOWN, there, UNKNOWN, UNKNOWN)
    assert verdict.status is Status.INCONCLUSIVE
    assert "proves nothing about other places, and region us-east-1 does not say" in verdict.detail


def test_a_partition_that_cannot_be_reached_leaves_it_open() -> None:
    connector = load_connector("s3")
    (method,) = connector.methods
    flow = probe_flow(method, check_values(connector, method, {**VALUES, "region": "us-east-1"}), NOW)
    next(flow)
    flow.send(UNKNOWN)
    flow.throw(NoAnswer("no such host"))
    with pytest.raises(StopIteration) as end:
        flow.send(UNKNOWN)
    assert end.value.value.status is Status.INCONCLUSIVE
    assert "region us-gov-west-1 could not be asked (no such host)" in end.value.value.detail


def test_an_address_of_the_users_own_is_the_only_one_asked() -> None:
    urls, verdict = probe(UNKNOWN, sts_endpoint_url="https://sts.corp.example")
    assert (urls, verdict.status) == (["POST https://sts.corp.example/"], Status.REJECTED)


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("eu-west-1", "amazonaws.com"),
        ("us-gov-west-1", "amazonaws.com"),
        ("cn-north-1", "amazonaws.com.cn"),
        ("cn-northwest-1", "amazonaws.com.cn"),
        ("eusc-de-east-1", "amazonaws.eu"),
    ],
)
def test_a_region_has_the_suffix_of_its_partition(region: str, suffix: str) -> None:
    listing = Response(200, {}, b"<ListBucketResult><Name>events</Name></ListBucketResult>")
    urls, _ = probe(IDENTITY, listing, region=region, bucket="events")
    assert [url.partition("?")[0] for url in urls] == [
        f"POST https://sts.{region}.{suffix}/",
        f"GET https://s3.{region}.{suffix}/events",
    ]
    connector = load_connector("s3")
    values = check_values(connector, connector.methods[0], {**VALUES, "region": region})
    policy = HostPolicy(hosts_of(connector.methods[0], values), ())
    for url in (
        f"https://sts.{region}.{suffix}/",
        f"https://s3.{region}.{suffix}/x",
        *(f"https://sts.{at}/" for at in PLACES),
    ):
        policy.check(url)


def test_a_role_of_another_partition_proves_nothing_of_the_key() -> None:
    _, verdict = probe(UNKNOWN, role_arn="arn:aws-us-gov:iam::123456789012:role/reader")
    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.detail == "the role is of the partition aws-us-gov, and eu-west-1 is not: set its region"
    _, verdict = probe(UNKNOWN, role_arn="arn:aws-us-gov:iam::123456789012:role/reader", region="us-gov-east-1")
    assert verdict.status is Status.REJECTED
