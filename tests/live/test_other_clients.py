"""What a probe accepts the clients of cloud systems accept: by `run` and by `export`, whatever the shell still says."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.live.aws import BUCKET, Aws
from tests.support.opened import Opened
from tests.support.standins.google import service_account

_BOTO3 = "import boto3; print(*(bucket['Name'] for bucket in boto3.client('s3').list_buckets()['Buckets']))"
_GOOGLE_AUTH = """
import google.auth
credentials, project = google.auth.default()
print(credentials.service_account_email, project, len(credentials.sign_bytes(b"signed")))
"""
_CRYPTOGRAPHY = """
import os
from cryptography.hazmat.primitives.serialization import load_pem_private_key
key, passphrase = os.environb[b"SNOWFLAKE_PRIVATE_KEY"], os.environb[b"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"]
print(load_pem_private_key(key, passphrase).key_size)
"""
# Each alone has boto3 take other keys, call these ones expired, or go elsewhere.
STALE = {
    "AWS_SESSION_TOKEN": "stale",
    "AWS_SECURITY_TOKEN": "stale",
    "AWS_PROFILE": "no-such-profile",
    "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "GOOGLE_APPLICATION_CREDENTIALS": "/nowhere",
    "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "stale",
}

HandOver = Callable[[Opened, str], "subprocess.CompletedProcess[str]"]


def by_run(opened: Opened, program: str) -> "subprocess.CompletedProcess[str]":
    return ran(opened, opened.command("run", "-c", "one", "--", sys.executable, "-c", program))


def by_export(opened: Opened, program: str) -> "subprocess.CompletedProcess[str]":
    exported = opened("export", "one", "--format", "env", "--files", "files")
    assert (exported.code, exported.err) == (0, "")
    return ran(opened, ["bash", "-c", f'{exported.out}\nexec "$@"', "bash", sys.executable, "-c", program])


def ran(opened: Opened, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    environment = opened.environment | STALE | {"AWS_EC2_METADATA_DISABLED": "true"}
    return subprocess.run(command, env=environment, cwd=opened.home, capture_output=True, text=True, check=False)


WAYS = pytest.mark.parametrize("hand_over", [by_run, by_export], ids=["run", "export"])


def add(opened: Opened, connector: str, values: dict[str, object], *more: str) -> None:
    body = {"name": "one", "credentials_type": connector, "credentials": values}
    added = opened("add", "--from", "-", *more, stdin=json.dumps(body).encode())
    assert added.code == 0, added.err


@WAYS
def test_boto3_signs_with_these_keys_alone(opened: Opened, aws: Aws, hand_over: HandOver) -> None:
    add(opened, "s3", {**aws.reader.values, "endpoint_url": aws.s3_url}, "--allow-host", aws.hosts[1])
    done = hand_over(opened, _BOTO3)
    assert (done.returncode, done.stdout) == (0, f"{BUCKET}\n"), done.stderr


@WAYS
@pytest.mark.parametrize("connector", ["gcs", "bigquery"])
def test_google_auth_signs_with_the_key(opened: Opened, connector: str, hand_over: HandOver) -> None:
    account = service_account("https://oauth2.googleapis.com/token")
    add(opened, connector, {"service_account_key": json.dumps(account)}, "--no-probe")
    done = hand_over(opened, _GOOGLE_AUTH)
    wanted = f"{account['client_email']} {account['project_id']} 256\n"
    assert (done.returncode, done.stdout) == (0, wanted), done.stderr


@WAYS
def test_cryptography_loads_the_key_with_its_passphrase(opened: Opened, hand_over: HandOver) -> None:
    key = rsa.generate_private_key(65537, 2048)
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"passphrase of EXAMPLE"))
    values: dict[str, object] = {"account": "acme-one", "username": "loader", "private_key": sealed.decode()}
    add(opened, "snowflake", {**values, "private_key_passphrase": "passphrase of EXAMPLE"}, "--no-probe")
    done = hand_over(opened, _CRYPTOGRAPHY)
    assert (done.returncode, done.stdout) == (0, "2048\n"), done.stderr


@WAYS
def test_a_key_without_a_passphrase_is_given_none(opened: Opened, hand_over: HandOver) -> None:
    """Cryptography refuses a passphrase for a key that has none."""
    key = rsa.generate_private_key(65537, 2048)
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    add(opened, "snowflake", {"account": "a", "username": "u", "private_key": plain.decode()}, "--no-probe")
    program = _CRYPTOGRAPHY.replace('os.environb[b"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"]', "None")
    done = hand_over(opened, f"{program}\nassert 'SNOWFLAKE_PRIVATE_KEY_PASSPHRASE' not in os.environ")
    assert (done.returncode, done.stdout) == (0, "2048\n"), done.stderr
