"""S3 credentials against a server that verifies signatures, keys and policies."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult
from nexcred.model.probe import ProbeStatus as Status
from nexcred.services.proving.prober import Prober
from tests.live.aws import BUCKET, Aws
from tests.support.opened import Opened

ACCOUNT = "account 123456789012, arn:aws"
UNKNOWN = "AKIAUNKNOWNEXAMPLE00"
WRONG = "wrong/secret/EXAMPLE/0123456789012345678"


def probe(aws: Aws, **changed: object) -> ProbeResult:
    """Probe the reader's key, some of its values changed."""
    return probe_with(aws, changed, control=False)


def probe_with(aws: Aws, changed: Mapping[str, object], *, control: bool) -> ProbeResult:
    connector = load_connector("s3")
    (method,) = connector.methods
    fields = check_values(connector, method, {**aws.reader.values, "sts_endpoint_url": aws.sts_url, **changed})
    details = Details(connector.name, connector.digest, method.name, aws.hosts, fields)
    return Prober({}).probe(method, details, control=control)


@dataclass(frozen=True)
class Expected:
    """What a probe must find; `changed` are values beside the reader's, of the server where they are names of it."""

    status: Status
    text: str
    changed: dict[str, object]


@pytest.mark.parametrize(
    "expected",
    [
        Expected(Status.ACCEPTED, f"{ACCOUNT}:iam::123456789012:user/reader", {}),
        Expected(Status.REJECTED, "the secret access key is not the one", {"secret_key": WRONG}),
        Expected(Status.REJECTED, "security token included in the request is invalid", {"access_key_id": UNKNOWN}),
    ],
    ids=lambda expected: expected.text,
)
def test_sts_names_the_account(aws: Aws, expected: Expected) -> None:
    result = probe(aws, **expected.changed)
    assert result.status is expected.status
    assert expected.text in (result.identity or result.detail)


@pytest.mark.parametrize(
    "expected",
    [
        Expected(Status.ACCEPTED, "owner webfile", {}),
        Expected(Status.ACCEPTED, f"bucket {BUCKET}", {"bucket": BUCKET}),
        Expected(Status.FORBIDDEN, "there is no bucket of this name", {"bucket": "nothing-here"}),
        Expected(Status.REJECTED, "the secret access key is not the one", {"secret_key": WRONG}),
        Expected(Status.REJECTED, "does not exist in our records", {"access_key_id": UNKNOWN}),
    ],
    ids=lambda expected: expected.text,
)
def test_a_store_of_its_own_address_is_asked_itself(aws: Aws, expected: Expected) -> None:
    result = probe(aws, endpoint_url=aws.s3_url, **expected.changed)
    assert result.status is expected.status
    assert expected.text in (result.identity or result.detail)


@pytest.mark.parametrize("bucket", ["", BUCKET])
def test_a_key_without_permissions_is_known_and_forbidden(aws: Aws, bucket: str) -> None:
    assert probe(aws, **aws.bare.values).status is Status.ACCEPTED
    result = probe(aws, **aws.bare.values, endpoint_url=aws.s3_url, bucket=bucket)
    assert (result.status, result.http_status) == (Status.FORBIDDEN, 403)


def test_a_role_is_assumed_and_its_keys_sign(aws: Aws) -> None:
    result = probe(aws, role_arn=aws.role_arn)
    assert (result.status, result.identity) == (
        Status.ACCEPTED,
        f"{ACCOUNT}:sts::123456789012:assumed-role/lister/nexcred",
    )
    assert probe(aws, role_arn=aws.role_arn, endpoint_url=aws.s3_url, bucket=BUCKET).status is Status.ACCEPTED


def test_made_up_secrets_are_refused(aws: Aws) -> None:
    for more in ({}, {"role_arn": aws.role_arn}, {"endpoint_url": aws.s3_url, "bucket": BUCKET}):
        assert probe_with(aws, more, control=True).status is Status.ACCEPTED


def test_who_may_not_assume_the_role_is_told_so(aws: Aws) -> None:
    result = probe(aws, **aws.bare.values, role_arn=aws.role_arn)
    assert result.status is Status.FORBIDDEN
    assert "is not authorized to perform: sts:AssumeRole" in result.detail
    assert probe(aws, role_arn=aws.role_arn, secret_key=WRONG).status is Status.REJECTED


def test_a_key_of_the_program_is_added_and_a_wrong_one_is_not(aws: Aws, opened: Opened) -> None:
    words = ["--set", f"access_key_id={aws.reader.access_key_id}", "--set", "secret_key=env:HELD"]
    words += ["--set", f"sts_endpoint_url={aws.sts_url}", "--allow-host", aws.hosts[0]]
    added = opened("add", "s3", *words, environment={"HELD": aws.reader.secret_key})
    assert (added.code, opened.names) == (0, ["s3"]), added.err
    assert "arn:aws:iam::123456789012:user/reader" in opened("show", "s3").out
    refused = opened("add", "s3", "another", *words, environment={"HELD": WRONG})
    assert refused.code == 4
    assert "create another access key in the IAM console" in refused.err


def test_requests_are_signed_whatever_a_key_is_called(aws: Aws, opened: Opened) -> None:
    words = ["--set", f"access_key_id={aws.reader.access_key_id}", "--set", "secret_key=env:HELD"]
    words += ["--set", f"endpoint_url={aws.s3_url}", "--set", f"sts_endpoint_url={aws.sts_url}"]
    words += ["--set", f"role_arn={aws.role_arn}", *(word for host in aws.hosts for word in ("--allow-host", host))]
    assert opened("add", "s3", *words, environment={"HELD": aws.reader.secret_key}).code == 0
    key = f"{BUCKET}/a b/ä+(1)'$&,;=@:~!*%25.txt"
    put = opened(
        "request", "s3", key, "-X", "PUT", "--input", "-", "-H", "x-amz-meta-of:  EXAMPLE  x ", stdin=b"\0body"
    )
    assert put.code == 0, put.err + put.out
    got = opened.run_bytes("request", "s3", key)
    assert (got.returncode, got.stdout) == (0, b"\0body")
    listed = opened("request", "s3", f"{BUCKET}?list-type=2&max-keys=1&prefix=a b/", "--paginate")
    assert (listed.code, listed.out.count("<ListBucketResult"), listed.out.count("<Key>")) == (0, 2, 2), listed.err
