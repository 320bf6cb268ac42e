"""`nexcred helper aws` as the real boto3 calls it, against a server that checks keys and signatures."""

import importlib.util
import shlex
from typing import Any

import pytest

from tests.live.aws import BUCKET, REGION, Aws
from tests.support.opened import Opened


@pytest.fixture
def tools(opened: Opened, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """AWS's tools as somebody has them who names a helper in a profile, and nothing else; two credentials."""
    if importlib.util.find_spec("boto3") is None:
        pytest.skip("needs boto3: pip install --group live")
    helper = shlex.join(opened.command("helper", "aws"))
    profiles = [
        f"[profile {name}]\nregion = {REGION}\ncredential_process = {helper} {name}\n" for name in ("user", "role")
    ]
    (opened.home / "config").write_text("".join(profiles))
    for name, value in opened.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(opened.home / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(opened.home / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    settings = ["--set", f"access_key_id={aws.reader.access_key_id}", "--set", "secret_key=env:HELD"]
    settings += ["--set", f"region={REGION}", "--set", f"sts_endpoint_url={aws.sts_url}"]
    settings += ["--allow-host", aws.hosts[0]]
    held = {"HELD": aws.reader.secret_key}
    for more in (("user",), ("role", "--set", f"role_arn={aws.role_arn}")):
        added = opened("add", "s3", *more, *settings, environment=held)
        assert added.code == 0, added.err
    return opened


def session(profile: str) -> Any:
    import boto3

    return boto3.Session(profile_name=profile)


def test_boto3_signs_with_the_keys_of_the_vault(tools: Opened, aws: Aws) -> None:
    s3 = session("user").client("s3", endpoint_url=aws.s3_url)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET]
    who = session("user").client("sts", endpoint_url=aws.sts_url).get_caller_identity()
    assert who["Arn"].endswith(":user/reader")


def test_boto3_gets_the_role_that_the_credential_assumes(tools: Opened, aws: Aws) -> None:
    role = session("role")
    who = role.client("sts", endpoint_url=aws.sts_url).get_caller_identity()
    assert who["Arn"].endswith(":assumed-role/lister/nexcred")
    frozen = role.get_credentials().get_frozen_credentials()
    assert frozen.access_key != aws.reader.access_key_id
    # Kept sealed until they end: another process gets the same.
    assert session("role").get_credentials().get_frozen_credentials() == frozen
