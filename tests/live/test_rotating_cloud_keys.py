"""Keys of AWS and Google are rotated by the program, killed at each answer of their IAM, and gone on with by nobody."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import nexcred
from tests.live.aws import REGION, Aws, Key, policy, user
from tests.live.iam_front import IamFront
from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.google_iam import GoogleIam
from tests.support.standins.server import StandIn

CATALOGUE = Path(nexcred.__file__).parent / "connectors/catalog"
IAM_ACTIONS = ("ListAccessKeys", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey")
GOOGLE_CALLS = ("GET /keys", "POST /keys:upload", "POST /keys/:disable", "DELETE /keys/")


@pytest.fixture
def quick(opened: Opened) -> Opened:
    """The program with connectors whose old keys are dead within a second: those of the catalogue but for that."""
    for name in ("s3", "gcs"):
        text = (CATALOGUE / f"{name}.toml").read_text()
        table = "  [method.rotate]\n"
        put_connector(opened, name, "replaces_built_in = true\n" + text.replace(table, f"{table}  settle_s = 1\n", 1))
    return opened


def iam_of(aws: Aws) -> Any:
    import boto3

    login = {"aws_access_key_id": aws.owner.access_key_id, "aws_secret_access_key": aws.owner.secret_key}
    return boto3.client("iam", region_name=REGION, endpoint_url=aws.sts_url, **login)


@pytest.fixture
def rotating_key(aws: Aws) -> Iterator[Key]:
    """The key of a user who may make and end access keys of their own."""
    iam = iam_of(aws)
    key = user(iam, "killed")
    iam.put_user_policy(
        UserName="killed", PolicyName="keys", PolicyDocument=policy({"Action": "iam:*AccessKey*", "Resource": "*"})
    )
    yield key
    for listed in iam.list_access_keys(UserName="killed")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="killed", AccessKeyId=listed["AccessKeyId"])
    iam.delete_user_policy(UserName="killed", PolicyName="keys")
    iam.delete_user(UserName="killed")


def killed_at(program: Opened, name: str, stand_in: StandIn, is_due: Callable[[Received], bool]) -> str:
    """Rotate, and kill the program when the provider has done what is due, and before it hears of that."""
    running = subprocess.Popen(
        program.command("rotate", name, "--grace", "0", "--json"),
        env=program.environment,
        cwd=program.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    hit: list[Received] = []

    def kill(request: Received, proper: Answer) -> Answer:
        if not hit and is_due(request):
            hit.append(request)
            running.send_signal(signal.SIGKILL)
            running.wait()
        return proper

    stand_in.fault = kill
    said, _ = running.communicate()
    stand_in.fault = None
    assert hit, said
    assert running.returncode == -signal.SIGKILL
    return said


def gone_on_with(program: Opened, name: str) -> str:
    """Go on with what was killed, or begin anew where nothing was left of it; return all that was said."""
    resumed = program("rotate", "--resume", name, "--grace", "0", "--yes", "--json")
    if resumed.code == 2:
        assert "no rotation" in resumed.err
        resumed = program("rotate", name, "--grace", "0", "--json")
    assert resumed.code == 0, resumed.err
    assert json.loads(resumed.out)[0]["outcome"] == "done", resumed.out
    assert program("probe", name).code == 0
    return resumed.out + resumed.err


def test_an_access_key_of_aws_ends_as_one_good_key_wherever_it_is_killed(
    quick: Opened, aws: Aws, rotating_key: Key
) -> None:
    with IamFront(aws.sts_url, refusals=1) as front:
        places = ["--set", f"sts_endpoint_url={front.url}", "--set", f"iam_endpoint_url={front.url}"]
        words = ["--set", f"access_key_id={rotating_key.access_key_id}", "--set", "secret_key=env:HELD", *places]
        added = quick("add", "s3", *words, "--allow-host", front.host, environment={"HELD": rotating_key.secret_key})
        assert added.code == 0, added.err
        for action in IAM_ACTIONS:
            secret = quick("get", "s3/secret_key").out.strip()
            said = killed_at(quick, "s3", front, partial(_does, action))
            said += gone_on_with(quick, "s3")
            assert _living(aws) == [(quick("get", "s3/access_key_id").out.strip(), "Active")], action
            new = quick("get", "s3/secret_key").out.strip()
            assert new != secret
            assert not [word for word in (secret, new) if word in said]


def test_a_service_account_key_ends_as_one_good_key_wherever_it_is_killed(quick: Opened) -> None:
    with GoogleIam() as google:
        places = ["--set", f"base_url={google.url}", "--set", f"iam_url={google.url}", "--allow-host", google.host]
        held = {"HELD": google.service_account_key}
        added = quick("add", "gcs", "--set", "service_account_key=env:HELD", *places, environment=held)
        assert added.code == 0, added.err
        for call in GOOGLE_CALLS:
            killed_at(quick, "gcs", google, partial(_is, call))
            gone_on_with(quick, "gcs")
            file = json.loads(quick("get", "gcs/service_account_key").out)
            assert [(key_id, key.disabled) for key_id, key in google.keys.items()] == [(file["private_key_id"], False)]
            lines = [line for line in file["private_key"].splitlines() if not line.startswith("-")]
            assert not [line for line in lines if any(request.holds(line) for request in google.received)]


def _living(aws: Aws) -> list[tuple[str, str]]:
    listed = iam_of(aws).list_access_keys(UserName="killed")["AccessKeyMetadata"]
    return [(key["AccessKeyId"], key["Status"]) for key in listed]


def _does(action: str, request: Received) -> bool:
    return request.form["Action"] == action


def _is(call: str, request: Received) -> bool:
    """True for a call such as `POST /keys:upload`, where an id may stand before what follows the last slash."""
    method, _, path = call.partition(" ")
    start, _, end = path.rpartition("/")
    return request.method == method and request.path.endswith(end) and start in request.path
