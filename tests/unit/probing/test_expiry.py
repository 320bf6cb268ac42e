"""When what a credential names itself ends, as far as it says so itself."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from nexcred.connectors.free_fields import secrecy_of, with_free_fields
from nexcred.connectors.load.loader import load_connector
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.probing.expiry import own_expiry
from tests.support.made_certificate import certificate

SOON, LATE = datetime(2027, 1, 15, tzinfo=UTC), datetime(2036, 1, 15, tzinfo=UTC)


def token(end: datetime) -> str:
    parts = ({"alg": "none"}, {"exp": int(end.timestamp())})
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + ".s-EXAMPLE"


def end_of(**fields: Value) -> datetime | None:
    method = load_connector("secret").methods[0]
    return own_expiry(with_free_fields(method, secrecy_of(fields)), fields)


def test_a_certificate_ends_when_it_says() -> None:
    assert end_of(cert=certificate(SOON)) == end_of(cert=Secret(certificate(SOON))) == SOON


def test_a_chain_ends_with_its_first_certificate() -> None:
    assert end_of(chain=f"Bag Attributes\n{certificate(LATE)}{certificate(SOON)}") == LATE


def test_a_jwt_ends_when_it_says_and_the_first_end_counts() -> None:
    assert end_of(token=Secret(token(SOON)), cert=certificate(LATE)) == SOON


@pytest.mark.parametrize(
    "text",
    ["", "x", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a.b.c"],
)
def test_what_says_no_end_has_none(text: str) -> None:
    assert end_of(key=Secret(text)) is None


def test_bytes_have_none() -> None:
    assert end_of(store=Secret(b"\xff-----BEGIN CERTIFICATE-----")) is None
