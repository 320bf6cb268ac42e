"""AWS's SDK gets its keys from the service, as from that of a container, and outlives each of them."""

import importlib.util
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nexcred.local.service_tokens import ServiceTokens
from nexcred.model.times import utc_now
from nexcred.server import programs
from nexcred.server.access_tokens import AccessTokens
from nexcred.server.known_tokens import KnownTokens
from nexcred.server.token_gate import TokenGate
from tests.live.aws import BUCKET, REGION, Aws
from tests.support.opened import Opened
from tests.support.own_process import home
from tests.support.serving import OpenedSource, access_here, serving

__all__ = ["home"]

# Nearer to the end of an hour than the fifteen minutes from which on an SDK asks anew, and short of its end.
_LATER = timedelta(minutes=50)


class Sdk:
    """boto3 as a program has it that was told of the service, and of nothing else."""

    def __init__(self, home: Opened, aws: Aws, monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> None:
        self.home = home
        self.aws = aws
        self._patch = monkeypatch
        self._access = access_here()
        known = KnownTokens(ServiceTokens(home.home / ".local/state/nexcred", _id_of(self._access)))

        def gate(port: int) -> TokenGate:
            return TokenGate(known, AccessTokens(known), {f"127.0.0.1:{port}"})

        self._served = stack.enter_context(serving(programs.endpoints(), gate, OpenedSource(self._access)))

    def session(self, name: str, right: str) -> Any:
        """Return a session that asks for this credential, by a token that has this right alone."""
        import boto3

        file = self.home.home / f"{name}.token"
        file.touch(mode=0o600)
        file.write_bytes(self.home.run_bytes("serve", "token", "new", name, "--may", f"{right}:{name}").stdout)
        self._patch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{self._served.url}/aws/{name}")
        self._patch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(file))
        return boto3.Session(region_name=REGION)

    def buckets(self, session: Any) -> list[str]:
        s3 = session.client("s3", endpoint_url=self.aws.s3_url)
        return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]

    def later(self, session: Any) -> None:
        """Let time pass for the SDK and for the service alike."""

        def now() -> datetime:
            return utc_now() + _LATER

        self._patch.setattr(session.get_credentials(), "_time_fetcher", now)
        self._patch.setattr(self._access.sessions, "_clock", now)


def _id_of(access: Any) -> bytes:
    found: bytes = access.read(lambda vault: vault.vault_id)
    return found


@pytest.fixture
def sdk(home: Opened, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sdk]:
    if importlib.util.find_spec("boto3") is None:
        pytest.skip("needs boto3: pip install --group live")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(Path(home.home, "none")))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    settings = ["--set", f"access_key_id={aws.reader.access_key_id}", "--set", "secret_key=env:HELD"]
    settings += ["--set", f"region={REGION}", "--set", f"sts_endpoint_url={aws.sts_url}"]
    settings += ["--allow-host", aws.hosts[0], "--no-probe"]
    for more in (("user",), ("role", "--set", f"role_arn={aws.role_arn}")):
        added = home("add", "s3", *more, *settings, environment={"HELD": aws.reader.secret_key})
        assert added.code == 0, added.err
    with ExitStack() as stack:
        yield Sdk(home, aws, monkeypatch, stack)


def test_it_signs_with_a_plain_key_and_takes_the_next_by_itself(sdk: Sdk) -> None:
    session = sdk.session("user", "read")
    assert sdk.buckets(session) == [BUCKET]
    first = session.get_credentials().get_frozen_credentials()
    assert (first.access_key, first.token) == (sdk.aws.reader.access_key_id, "")
    key = ("--set", f"access_key_id={sdk.aws.owner.access_key_id}", "--set", "secret_key=env:HELD")
    changed = sdk.home("update", "user", *key, "--no-probe", environment={"HELD": sdk.aws.owner.secret_key})
    assert changed.code == 0, changed.err
    assert session.get_credentials().get_frozen_credentials() == first
    sdk.later(session)
    second = session.get_credentials().get_frozen_credentials()
    assert second.access_key == sdk.aws.owner.access_key_id


def test_it_outlives_the_keys_of_a_role(sdk: Sdk) -> None:
    session = sdk.session("role", "token")
    assert sdk.buckets(session) == [BUCKET]
    first = session.get_credentials().get_frozen_credentials()
    assert (first.account_id, bool(first.token)) == (sdk.aws.role_arn.split(":")[4], True)
    sdk.later(session)
    second = session.get_credentials().get_frozen_credentials()
    assert second.access_key not in (first.access_key, sdk.aws.reader.access_key_id)
    assert sdk.buckets(session) == [BUCKET]
    who = session.client("sts", endpoint_url=sdk.aws.sts_url).get_caller_identity()
    assert who["Arn"].endswith(":assumed-role/lister/nexcred")


def test_the_right_to_get_tokens_gives_no_plain_key(sdk: Sdk) -> None:
    from botocore.exceptions import CredentialRetrievalError

    with pytest.raises(CredentialRetrievalError):
        sdk.session("user", "token").get_credentials()
    sdk.home("serve", "token", "revoke", "user")
    assert sdk.session("user", "read").get_credentials().access_key == sdk.aws.reader.access_key_id
