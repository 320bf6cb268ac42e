"""What the answers of IAM mean: moto has the usual ones alone, and by no other may a key be called gone."""

from datetime import UTC, datetime

import pytest

from nexcred.auth.flow import Refused, Response
from nexcred.auth.sigv4_signature import Keys
from nexcred.connectors.filled_values import text_values
from nexcred.model.probe import ProbeStatus
from nexcred.network.deadline import Deadline
from nexcred.rotating import aws_iam_calls as iam
from nexcred.rotating.aws_iam import AwsIam
from nexcred.rotating.rotator import CallFailed
from tests.support.acting import acting, login
from tests.support.standins.exchange import Answer
from tests.support.standins.reach import PLENTY_S
from tests.unit.auth.drive import run
from tests.unit.rotating.aws_iam import KEY, Whoever, engine_at

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SIGNER = iam.Signer("https://iam.amazonaws.com", "us-east-1", Keys(*KEY.values()))


def xml(body: str, status: int = 200) -> Response:
    return Response(status, {"content-type": "text/xml", "date": "Thu, 01 Jan 2026 12:00:00 GMT"}, body.encode())


def listing(*ids: str, more: str = "") -> Response:
    members = "".join(
        f"<member><AccessKeyId>{key_id}</AccessKeyId><Status>Active</Status>"
        "<CreateDate>2025-12-31T23:00:00Z</CreateDate></member>"
        for key_id in ids
    )
    told = f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{f'<Marker>{more}</Marker>' if more else ''}"
    result = f"<AccessKeyMetadata>{members}</AccessKeyMetadata>{told}"
    return xml(
        f"<ListAccessKeysResponse><ListAccessKeysResult>{result}</ListAccessKeysResult></ListAccessKeysResponse>"
    )


def error(code: str, said: str = "no", status: int = 403) -> Response:
    return xml(f"<ErrorResponse><Error><Code>{code}</Code><Message>{said}</Message></Error></ErrorResponse>", status)


def refusal(*responses: Response) -> Refused:
    with pytest.raises(Refused) as refused:
        run(iam.list_keys(SIGNER, "", NOW), *responses)
    return refused.value


def test_a_list_is_read_to_its_end_and_each_page_is_signed() -> None:
    requests, keys = run(iam.list_keys(SIGNER, "ada", NOW), listing("AKIA1", more="next"), listing("AKIA2", "AKIA3"))
    assert [key.id for key in keys] == ["AKIA1", "AKIA2", "AKIA3"]
    assert keys[0].created_at == datetime(2025, 12, 31, 23, tzinfo=UTC)
    first, second = (request.body or b"" for request in requests)
    assert first == b"Action=ListAccessKeys&Version=2010-05-08&UserName=ada"
    assert second == first + b"&Marker=next"
    assert all("/us-east-1/iam/aws4_request" in request.headers["Authorization"] for request in requests)
    assert run(iam.list_keys(SIGNER, "", NOW), listing())[1] == ()


@pytest.mark.parametrize(
    "response",
    [
        xml("<Anything/>"),
        xml("<ListAccessKeysResponse><ListAccessKeysResult/></ListAccessKeysResponse>"),
        Response(200, {"content-type": "text/html"}, b"<!doctype html><html><body>Sign in</body></html>"),
        Response(200, {"content-type": "application/json"}, b"{}"),
        Response(302, {"location": "https://elsewhere.example/"}, b""),
    ],
    ids=["another document", "no list", "a page", "JSON", "a redirect"],
)
def test_no_other_answer_says_that_there_are_no_keys(response: Response) -> None:
    assert refusal(response).verdict.status in (ProbeStatus.INCONCLUSIVE, ProbeStatus.BLOCKED)


@pytest.mark.parametrize(
    ("responses", "status"),
    [
        ([error("SignatureDoesNotMatch"), error("SignatureDoesNotMatch")], ProbeStatus.REJECTED),
        ([error("SignatureDoesNotMatch", "Signature expired: x")] * 2, ProbeStatus.INCONCLUSIVE),
        ([error("InvalidClientTokenId")], ProbeStatus.REJECTED),
        ([error("ExpiredToken")], ProbeStatus.EXPIRED),
        ([error("AccessDenied")], ProbeStatus.FORBIDDEN),
        ([error("Throttling", status=400)], ProbeStatus.RATE_LIMITED),
        ([error("ServiceFailure", status=500)], ProbeStatus.PROVIDER_ERROR),
        ([error("ValidationError", status=400)], ProbeStatus.INCONCLUSIVE),
    ],
    ids=lambda value: value.value if isinstance(value, ProbeStatus) else "",
)
def test_what_an_error_proves(responses: list[Response], status: ProbeStatus) -> None:
    assert refusal(*responses).verdict.status is status


def test_a_signature_that_is_refused_once_may_be_good() -> None:
    assert run(iam.list_keys(SIGNER, "", NOW), error("SignatureDoesNotMatch"), listing("AKIA1"))[1]


def test_a_wrong_clock_is_blamed() -> None:
    with pytest.raises(Refused) as refused:
        run(iam.delete_key(SIGNER, "", "AKIA1", NOW.replace(hour=13)), *[error("SignatureDoesNotMatch")] * 2)
    assert "this computer's clock is 60 minutes ahead" in refused.value.verdict.detail


@pytest.mark.parametrize(
    ("region", "url", "signed_for"),
    [
        ("eu-central-1", "https://iam.amazonaws.com", "us-east-1"),
        ("cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
        ("eusc-de-east-1", "https://iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
    ],
)
def test_each_partition_has_its_own_iam_and_its_host_is_the_connectors(region: str, url: str, signed_for: str) -> None:
    own = login("s3", {**KEY, "region": region})
    assert text_values(own.method, own.details.fields)["iam_endpoint_url"] == url
    assert own.policy.check(f"{url}/")
    assert iam.signing_region(region) == signed_for


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        ("arn:aws:iam::123456789012:root", "a key of the account's root user"),
        ("arn:aws:sts::123456789012:assumed-role/reader/nexcred", "temporary keys are not rotated"),
        ("arn:aws:sts::123456789012:federated-user/ada", "temporary keys are not rotated"),
    ],
)
def test_whoever_is_no_user_is_refused_before_anything_is_made(arn: str, why: str) -> None:
    with Whoever() as stand_in:
        stand_in.arn = arn
        with pytest.raises(CallFailed, match=why) as failed:
            engine_at(stand_in).plan(Deadline.after(PLENTY_S))
    assert failed.value.status is ProbeStatus.UNSUPPORTED
    assert len(stand_in.received) == 1


def test_a_store_of_its_own_address_is_not_asked_for_keys_of_aws() -> None:
    own = login("s3", {**KEY, "endpoint_url": "https://account.r2.example"})
    with pytest.raises(CallFailed, match="a store of its own address") as failed:
        AwsIam(acting(own)).plan(Deadline.after(PLENTY_S))
    assert failed.value.status is ProbeStatus.UNSUPPORTED


def test_a_yes_that_cannot_be_read_leaves_open_whether_there_is_a_key() -> None:
    with Whoever() as stand_in:
        engine = engine_at(stand_in)
        with pytest.raises(CallFailed, match="lacks what was asked for") as failed:
            engine.create(None, Deadline.after(PLENTY_S))
        assert failed.value.is_unknown
        with pytest.raises(CallFailed, match="lacks what was asked for"):
            engine.orphans((), Deadline.after(PLENTY_S))
        stand_in.instead = Answer(503, b"<html>later</html>", (("Content-Type", "text/html"),))
        with pytest.raises(CallFailed) as later:
            engine.create(None, Deadline.after(PLENTY_S))
        assert (later.value.status, later.value.is_unknown) == (ProbeStatus.PROVIDER_ERROR, True)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"AKIA2 made/EXAMPLE/0123456789", (("Content-Type", "text/plain"),)),
        Answer(200, b'{"Message": "AKIA2 made/EXAMPLE/0123456789"}', (("Content-Type", "application/json"),)),
        Answer(500, error("ServiceFailure", "AKIA2 made/EXAMPLE/0123456789").body, (("Content-Type", "text/xml"),)),
        Answer(502, b"AKIA2 made/EXAMPLE/0123456789", (("Content-Type", "text/plain"),)),
    ],
    ids=["text", "JSON", "a fault", "a gateway's fault"],
)
def test_an_answer_that_may_hold_a_key_that_was_made_is_not_quoted(answer: Answer) -> None:
    """Nothing here knows its secret as one."""
    with Whoever() as stand_in:
        stand_in.instead = answer
        with pytest.raises(CallFailed) as failed:
            engine_at(stand_in).create(None, Deadline.after(PLENTY_S))
    assert failed.value.is_unknown
    assert "made" not in failed.value.detail
    assert str(answer.status) in failed.value.detail
