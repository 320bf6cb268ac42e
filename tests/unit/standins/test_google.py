"""Cloud Storage and BigQuery by a service account, against a server that verifies what is signed."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from nexcred.errors import InvalidData
from nexcred.model.probe import ProbeStatus
from nexcred.model.times import utc_now
from tests.support.standins import faults
from tests.support.standins.exchange import Answer, Fault, Received, html, json_answer
from tests.support.standins.google import AUDIENCE, Google
from tests.support.standins.probe import probe_as


@pytest.fixture
def google() -> Iterator[Google]:
    with Google() as stand_in:
        yield stand_in


def values(google: Google, **changed: object) -> dict[str, object]:
    return {
        "service_account_key": b64encode(json.dumps(google.service_account).encode()).decode(),
        "base_url": google.url,
        **changed,
    }


def other_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def on_token(change: Fault) -> Fault:
    return lambda request, proper: change(request, proper) if request.path == "/token" else proper


@pytest.mark.parametrize("connector", ["gcs", "bigquery"])
def test_a_service_account_is_known_by_its_address(google: Google, connector: str) -> None:
    verdict = probe_as(connector, google, values(google))
    assert (verdict.status, verdict.identity) == (ProbeStatus.ACCEPTED, google.client_email)
    (claims,) = google.assertions
    assert (claims["iss"], claims["aud"]) == (google.client_email, AUDIENCE)


@pytest.mark.parametrize("kind", ["raw", "wrapped base64", "object"])
def test_the_key_file_is_taken_as_it_is_and_in_base64(google: Google, kind: str) -> None:
    raw = json.dumps(google.service_account, indent=2)
    encoded = b64encode(raw.encode()).decode()
    wrapped = "\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76))
    forms = {"raw": raw, "wrapped base64": wrapped, "object": google.service_account}
    assert probe_as("gcs", google, values(google, service_account_key=forms[kind])).status is ProbeStatus.ACCEPTED


def test_a_bucket_is_looked_into(google: Google) -> None:
    def status(bucket: str) -> tuple[ProbeStatus, str]:
        verdict = probe_as("gcs", google, values(google, bucket=bucket))
        return verdict.status, verdict.detail

    assert status(google.bucket) == (ProbeStatus.ACCEPTED, "")
    assert status("no-such-bucket") == (ProbeStatus.FORBIDDEN, "the key is good, and there is no such bucket")
    forbidden, said = status("others-bucket")
    assert forbidden is ProbeStatus.FORBIDDEN
    assert f"{google.client_email} does not have storage.objects.list access" in said


def test_a_project_is_asked_for_a_dry_run(google: Google) -> None:
    assert probe_as("bigquery", google, values(google, project_id=google.project_id)).status is ProbeStatus.ACCEPTED
    verdict = probe_as("bigquery", google, values(google, project_id="others-project"))
    assert verdict.status is ProbeStatus.FORBIDDEN
    assert "bigquery.jobs.create" in verdict.detail


def test_an_error_in_a_200_is_no_yes(google: Google) -> None:
    def fail(request: Received, proper: Answer) -> Answer:
        if not request.path.endswith("/queries"):
            return proper
        return json_answer({"kind": "bigquery#queryResponse", "errors": [{"message": "Billing is not enabled"}]})

    google.fault = fail
    verdict = probe_as("bigquery", google, values(google, project_id=google.project_id))
    assert verdict.status is ProbeStatus.INCONCLUSIVE
    assert "Billing is not enabled" in verdict.detail


def test_a_quota_is_a_matter_of_waiting(google: Google) -> None:
    limited = {"error": {"code": 403, "message": "Quota exceeded", "errors": [{"reason": "rateLimitExceeded"}]}}
    google.fault = lambda request, proper: proper if request.path == "/token" else json_answer(limited, 403)
    assert probe_as("bigquery", google, values(google)).status is ProbeStatus.RATE_LIMITED
    assert probe_as("gcs", google, values(google, bucket="example-bucket")).status is ProbeStatus.RATE_LIMITED


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"private_key": other_key}, "Invalid JWT Signature"),
        ({"private_key_id": lambda: "another"}, "Invalid JWT Signature"),
        ({"client_email": lambda: "gone@example-project.iam.gserviceaccount.com"}, "account not found"),
    ],
    ids=["another key", "a deleted key", "a deleted account"],
)
@pytest.mark.parametrize("connector", ["gcs", "bigquery"])
def test_what_google_does_not_know_is_rejected(
    google: Google, connector: str, changed: dict[str, object], said: str
) -> None:
    account = google.service_account | {name: make() for name, make in changed.items() if callable(make)}
    verdict = probe_as(connector, google, values(google, service_account_key=json.dumps(account)))
    assert verdict.status is ProbeStatus.REJECTED
    assert said in verdict.detail


@pytest.mark.parametrize(
    ("hours", "told"), [(-1.5, "90 minutes behind the provider's"), (1.5, "90 minutes ahead of the provider's")]
)
def test_a_wrong_clock_is_told_and_is_no_refusal(google: Google, hours: float, told: str) -> None:
    verdict = probe_as("gcs", google, values(google), now=utc_now() + timedelta(hours=hours))
    assert verdict.status is ProbeStatus.INCONCLUSIVE
    assert f"this computer's clock is {told}" in verdict.detail
    assert "short-lived token" in verdict.detail


def test_another_scope_is_asked_for(google: Google) -> None:
    scope = "https://www.googleapis.com/auth/devstorage.read_only"
    assert probe_as("gcs", google, values(google, scope=scope)).status is ProbeStatus.ACCEPTED
    assert google.assertions[0]["scope"] == scope
    verdict = probe_as("gcs", google, values(google, scope="storage"))
    assert (verdict.status, "invalid_scope" in verdict.detail) == (ProbeStatus.FORBIDDEN, True)


@pytest.mark.parametrize(
    ("change", "proved"),
    [
        (lambda _r, _p: json_answer({"error": "invalid_grant", "error_description": "gone"}), ProbeStatus.REJECTED),
        (lambda _r, _p: html("Sign in", 200), ProbeStatus.BLOCKED),
        (lambda _r, _p: json_answer({"access_token": "x" * 65536, "expires_in": 9}), ProbeStatus.INCONCLUSIVE),
        (lambda _r, _p: json_answer({"error": "internal_failure"}, 503), ProbeStatus.PROVIDER_ERROR),
        (faults.rate_limited(("Retry-After", "7")), ProbeStatus.RATE_LIMITED),
    ],
    ids=["an error in a 200", "a web page", "a token of 64 KiB", "a failure", "too many"],
)
def test_what_the_token_endpoint_does_wrong_is_told(google: Google, change: Fault, proved: ProbeStatus) -> None:
    google.fault = on_token(change)
    assert probe_as("gcs", google, values(google, bucket=google.bucket)).status is proved


def test_an_assertion_that_is_echoed_is_not_shown(google: Google) -> None:
    def echo(request: Received, _proper: Answer) -> Answer:
        return json_answer({"error": "invalid_grant", "error_description": request.form["assertion"]}, 400)

    google.fault = echo
    assert "eyJ" not in probe_as("gcs", google, values(google)).detail


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("not json", "is not JSON"),
        ("{}", "lacks client_email, private_key and token_uri"),
        (b64encode(b'{"type": "authorized_user"}').decode(), "a person's own login"),
        ('{"client_email": "a", "private_key": "b", "token_uri": "https://a.test"}', "holds a private_key that is not"),
    ],
)
def test_a_file_that_is_no_key_is_refused_before_anything_is_sent(google: Google, key: str, problem: str) -> None:
    with pytest.raises(InvalidData, match=problem):
        probe_as("gcs", google, values(google, service_account_key=key))
    assert google.received == []


def test_a_token_uri_that_is_no_url_is_refused(google: Google) -> None:
    account = google.service_account | {"token_uri": "ftp://a.test/token"}
    with pytest.raises(InvalidData, match="holds a token_uri that must begin with https://"):
        probe_as("gcs", google, values(google, service_account_key=json.dumps(account)))
