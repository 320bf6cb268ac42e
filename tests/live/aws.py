"""A real AWS, as far as moto is one: it checks signatures and policies, with users, a role and a bucket."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.live.daemon import free_port, running, throw_away_folder

REGION = "eu-central-1"
BUCKET = "events"
VAULTS = "acme-vaults"


# One request after another: by several threads moto looks at a condition, lets others write, and writes.
_SERVER = """
import sys
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
"""


def policy_in_docs(heading: str, page: str = "vault-in-a-bucket") -> dict[str, object]:
    """Return the policy that stands below a heading of a page of the docs."""
    text = (Path(__file__).parents[2] / "docs" / f"{page}.md").read_text()
    found: dict[str, object] = json.loads(text.partition(heading)[2].partition("```json")[2].partition("```")[0])
    return found


VAULT_POLICIES = {f"vault_{role}": policy_in_docs(f"**A {role}**") for role in ("reader", "writer", "keeper")}


class Key(NamedTuple):
    """An access key as IAM made it."""

    access_key_id: str
    secret_key: str

    @property
    def values(self) -> dict[str, object]:
        return {**self._asdict(), "region": REGION}


class Aws(NamedTuple):
    """`reader` may do all with S3 and assume the role, `bare` nothing, `owner` all with IAM. One server is all of it.

    `vault_reader`, `vault_writer` and `vault_keeper` have the policies of docs/vault-in-a-bucket.md, for one in VAULTS.
    """

    port: int
    reader: Key
    bare: Key
    owner: Key
    vault_reader: Key
    vault_writer: Key
    vault_keeper: Key
    role_arn: str

    @property
    def sts_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def s3_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What `--allow-host` takes."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")


@pytest.fixture(scope="session")
def aws() -> Iterator[Aws]:
    if importlib.util.find_spec("moto") is None:
        pytest.skip("needs moto: pip install --group live")
    with serving_aws() as found:
        yield found


@contextmanager
def serving_aws() -> Iterator[Aws]:
    port = free_port()
    command = [sys.executable, "-c", _SERVER, str(port)]
    with throw_away_folder() as folder, running(command, folder, port, as_is=True):
        yield _founded(port)


@pytest.fixture
def vaults(aws: Aws) -> Iterator[str]:
    with vault_bucket(aws) as name:
        yield name


@contextmanager
def vault_bucket(aws: Aws) -> Iterator[str]:
    """Have a bucket for vaults while it is used: others list what buckets there are."""
    import boto3

    login = {"aws_access_key_id": aws.reader.access_key_id, "aws_secret_access_key": aws.reader.secret_key}
    s3 = boto3.resource("s3", region_name=REGION, endpoint_url=aws.sts_url, **login)
    bucket = s3.create_bucket(Bucket=VAULTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield VAULTS
    bucket.objects.all().delete()
    bucket.delete()


def _founded(port: int) -> Aws:
    """Make everything while any key passes, then have the server check keys, signatures and policies."""
    import boto3
    import requests

    url = f"http://127.0.0.1:{port}"
    known = {"region_name": REGION, "endpoint_url": url, "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    iam, s3 = boto3.client("iam", **known), boto3.client("s3", **known)
    everything = policy({"Action": ["s3:*", "sts:AssumeRole"], "Resource": "*"})
    trust = policy({"Action": "sts:AssumeRole", "Principal": {"AWS": "*"}})
    reader, bare, owner = (user(iam, name) for name in ("reader", "bare", "owner"))
    of_vault = {name: user(iam, name) for name in VAULT_POLICIES}
    for name, document in VAULT_POLICIES.items():
        iam.put_user_policy(UserName=name, PolicyName="vault", PolicyDocument=json.dumps(document))
    iam.put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=everything)
    iam.put_user_policy(UserName="owner", PolicyName="all", PolicyDocument=policy({"Action": "iam:*", "Resource": "*"}))
    role = iam.create_role(RoleName="lister", AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName="lister", PolicyName="all", PolicyDocument=everything)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=BUCKET, Key="a b/ä+.txt", Body=b"one of EXAMPLE")
    requests.post(f"{url}/moto-api/reset-auth", data=b"0", timeout=30).raise_for_status()
    return Aws(port, reader, bare, owner, **of_vault, role_arn=role["Arn"])


def user(iam: Any, name: str) -> Key:
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return Key(made["AccessKeyId"], made["SecretAccessKey"])


def policy(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
