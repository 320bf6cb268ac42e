"""The URL of a vault in a bucket."""

import pytest

from nexcred.errors import UsageError
from nexcred.stores.s3.address import BucketAddress, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("s3://acme-secrets", BucketAddress("acme-secrets")),
        ("s3://acme-secrets/", BucketAddress("acme-secrets")),
        ("s3://acme.secrets/a/b/?region=eu-west-1", BucketAddress("acme.secrets", "a/b", "eu-west-1")),
        (
            "s3://acme-secrets/a?endpoint=https://S3.Example.com:443&region=auto",
            BucketAddress("acme-secrets", "a", "auto", "https://s3.example.com"),
        ),
        ("s3://acme-secrets?endpoint=http://[::1]:9000", BucketAddress("acme-secrets", endpoint="http://[::1]:9000")),
    ],
)
def test_a_url_names_a_bucket_and_has_one_spelling(text: str, address: BucketAddress) -> None:
    assert parse_address(text) == address
    assert parse_address(address.location) == address


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (BucketAddress("acme-secrets"), "https://acme-secrets.s3.eu-west-1.amazonaws.com"),
        (BucketAddress("acme.secrets"), "https://s3.eu-west-1.amazonaws.com/acme.secrets"),
        (BucketAddress("acme-secrets", endpoint="https://r2.example.com"), "https://r2.example.com/acme-secrets"),
    ],
)
def test_where_a_bucket_is_asked(address: BucketAddress, url: str) -> None:
    assert address.url("eu-west-1") == url
    assert BucketAddress("acme").url("cn-north-1") == "https://acme.s3.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    "text",
    [
        "s3://AKIAEXAMPLE:EXAMPLE-secret@acme-secrets/a",
        "s3://acme-secrets/a?secret_access_key=EXAMPLE-secret",
        "s3://acme-secrets/a?aws_session_token=EXAMPLE-secret",
        "s3://acme-secrets/a?endpoint=https://EXAMPLE-secret@s3.example.com",
    ],
)
def test_a_key_in_a_url_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError, match="holds no key") as caught:
        parse_address(text)
    assert "EXAMPLE" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "s3:",
        "s3://",
        "s3://a",
        "s3://UPPER-case",
        "s3://a..b/c",
        "s3://acme-secrets/a//b",
        "s3://acme-secrets/../b",
        "s3://acme-secrets/a b",
        "s3://acme-secrets/" + "a" * 513,
        "s3://acme-secrets/a?region=EU WEST",
        "s3://acme-secrets/a?region=a&region=b",
        "s3://acme-secrets/a?versionId=1",
        "s3://acme-secrets/a#fragment",
        "s3://acme-secrets/a?endpoint=ftp://example.com",
        "s3://acme-secrets/a?endpoint=https://example.com/path",
        "s3://acme-secrets/a?endpoint=http://example.com",
        "s3://acme-secrets/a?endpoint=https://exa mple.com",
        "s3://[::1/a",
    ],
)
def test_other_urls_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_address(text)


def test_a_region_is_asked_for_only_where_it_matters() -> None:
    with pytest.raises(UsageError, match="region"):
        BucketAddress("acme-secrets").signed_region("")
    assert BucketAddress("acme-secrets").signed_region("eu-west-1") == "eu-west-1"
    assert BucketAddress("acme-secrets", region="eu-west-2").signed_region("eu-west-1") == "eu-west-2"
    assert BucketAddress("acme-secrets", endpoint="https://r2.example.com").signed_region("") == "us-east-1"
