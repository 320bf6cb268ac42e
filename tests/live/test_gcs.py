"""Cloud Storage with real objects behind a token endpoint that verifies what nexcred signs."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from nexcred.auth.signing import another_private_key
from nexcred.model.probe import ProbeStatus
from tests.live.google import BUCKET, CloudStorage, cloud_storage
from tests.support.opened import Opened
from tests.support.standins.google import service_account
from tests.support.standins.probe import probe_as

__all__ = ["cloud_storage"]


def values(front: CloudStorage, **changed: object) -> dict[str, object]:
    return {"service_account_key": json.dumps(front.service_account), "base_url": front.url, **changed}


@pytest.mark.parametrize(
    ("bucket", "status", "detail"),
    [
        (None, ProbeStatus.ACCEPTED, ""),
        (BUCKET, ProbeStatus.ACCEPTED, ""),
        ("no-such-bucket", ProbeStatus.FORBIDDEN, "the key is good, and there is no such bucket"),
    ],
)
def test_a_key_is_good_whatever_becomes_of_its_bucket(
    cloud_storage: CloudStorage, bucket: str | None, status: ProbeStatus, detail: str
) -> None:
    verdict = probe_as("gcs", cloud_storage, values(cloud_storage, bucket=bucket))
    assert (verdict.status, verdict.detail, verdict.identity) == (status, detail, cloud_storage.client_email)


def test_a_key_that_signs_otherwise_is_rejected(cloud_storage: CloudStorage) -> None:
    account = cloud_storage.service_account | {"private_key": another_private_key()}
    verdict = probe_as("gcs", cloud_storage, values(cloud_storage, service_account_key=json.dumps(account)))
    assert (verdict.status, verdict.detail) == (ProbeStatus.REJECTED, "Invalid JWT Signature. (invalid_grant)")


@pytest.mark.parametrize("form", ["file", "base64", "body"])
def test_a_key_is_added_from_a_script_and_comes_out_as_every_tool_reads_it(
    cloud_storage: CloudStorage, opened: Opened, tmp_path: Path, form: str
) -> None:
    raw = json.dumps(cloud_storage.service_account, indent=2)
    given = raw if form == "file" else b64encode(raw.encode()).decode()
    path = tmp_path / "key"
    path.write_text(given)
    reach = ("--allow-host", cloud_storage.host)
    if form == "body":
        credentials = {"service_account_key": given, "base_url": cloud_storage.url, "bucket": BUCKET}
        path.write_text(json.dumps({"name": "lake", "credentials_type": "gcs", "credentials": credentials}))
        added = opened("add", "--from", str(path), *reach)
    else:
        settings = ("--set", f"service_account_key=@{path}", "--set", f"base_url={cloud_storage.url}")
        added = opened("add", "gcs", "lake", *settings, "--set", f"bucket={BUCKET}", *reach)
    assert (added.code, added.out) == (0, f"added lake: accepted, {cloud_storage.client_email}\n"), added.err
    assert opened("get", "lake/service_account_key").out == raw
    asked = opened("request", "lake", f"/storage/v1/b/{BUCKET}?fields=name")
    assert (asked.code, json.loads(asked.out)["name"]) == (0, BUCKET), asked.err
    variable = '"$GOOGLE_APPLICATION_CREDENTIALS"'
    ran = opened("run", "-c", "lake", "--", "sh", "-c", f"cat {variable}")
    assert (ran.code, json.loads(ran.out)) == (0, cloud_storage.service_account), ran.err


def test_a_key_of_another_issuer_goes_nowhere(cloud_storage: CloudStorage, opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(service_account("https://accounts.evil.example/token")))
    refused = opened("add", "gcs", "--set", f"service_account_key=@{path}")
    assert refused.code == 2
    where = "'https://accounts.evil.example': it is not a host of this connector"
    assert f"error: token_uri leads elsewhere: this credential may not be sent to {where}\n" in refused.err
    assert opened.names == []
    allowed = opened(
        "add", "gcs", "--set", f"service_account_key=@{path}", "--allow-host", "accounts.evil.example", "--no-probe"
    )
    assert allowed.code == 0, allowed.err


def test_another_token_url_may_be_said_beside_the_key(
    cloud_storage: CloudStorage, opened: Opened, tmp_path: Path
) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(service_account("https://oauth2.googleapis.com/token")))
    urls = ("--set", f"token_url={cloud_storage.url}/token", "--set", f"base_url={cloud_storage.url}")
    added = opened("add", "gcs", "--set", f"service_account_key=@{path}", *urls, "--allow-host", cloud_storage.host)
    assert (added.code, added.out) == (0, f"added gcs: accepted, {cloud_storage.client_email}\n"), added.err


def test_a_token_is_kept_while_it_lives(cloud_storage: CloudStorage, opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(cloud_storage.service_account))
    settings = ("--set", f"service_account_key=@{path}", "--set", f"base_url={cloud_storage.url}")
    opened("add", "gcs", "lake", *settings, "--allow-host", cloud_storage.host, "--no-probe")
    asked = len(cloud_storage.assertions)
    first, second = opened("token", "lake"), opened("token", "lake")
    assert first.out.startswith("ya29."), first.err
    assert (second.out, len(cloud_storage.assertions)) == (first.out, asked + 1)
    assert opened("probe", "lake").code == 0
    assert len(cloud_storage.assertions) == asked + 2  # a kept token proves nothing of the key


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "comes from a file, which is empty"),
        ("service account", "is not JSON"),
        (
            '{"type": "authorized_user", "client_email": "a@b.test"}',
            "holds another type than service_account: a person's own login (authorized_user)",
        ),
    ],
)
def test_a_file_that_is_no_key_is_named(opened: Opened, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)
    refused = opened("add", "gcs", "--set", f"service_account_key=@{path}")
    assert refused.code == 2
    assert f"service_account_key {said}" in refused.err
