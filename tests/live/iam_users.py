"""Users of IAM who may make and end access keys, and a front as eventual as AWS is."""

import json
from collections.abc import Iterator

import pytest

from tests.live.aws import REGION, Aws, Key, policy_in_docs, user
from tests.live.iam_front import IamFront


@pytest.fixture
def front(aws: Aws) -> Iterator[IamFront]:
    with IamFront(aws.sts_url, refusals=3) as front:
        yield front


@pytest.fixture
def rotating_user(aws: Aws, request: pytest.FixtureRequest) -> Iterator[Key]:
    """A user of this test who may make and end access keys, with one key."""
    import boto3

    login = {"aws_access_key_id": aws.owner.access_key_id, "aws_secret_access_key": aws.owner.secret_key}
    iam = boto3.client("iam", region_name=REGION, endpoint_url=aws.sts_url, **login)
    name = f"rotating{abs(hash(request.node.nodeid))}"
    key = user(iam, name)
    # moto knows no policy variables: what the page permits for the user's own keys is permitted for all.
    permitted = json.dumps(policy_in_docs("## AWS", "rotating-cloud-keys"))
    own = "arn:aws:iam::*:user/${aws:username}"
    assert own in permitted
    iam.put_user_policy(UserName=name, PolicyName="keys", PolicyDocument=permitted.replace(own, "*"))
    yield key
    for listed in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=listed["AccessKeyId"])
    iam.delete_user_policy(UserName=name, PolicyName="keys")
    iam.delete_user(UserName=name)
