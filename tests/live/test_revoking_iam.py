"""A former access key of IAM is ended by the program, Inactive before it is deleted, and proved dead."""

import json

from nexcred.connectors.load.names import CATALOGUE
from tests.live.aws import REGION, Aws, Key
from tests.live.iam_front import IamFront
from tests.live.iam_users import front, rotating_user
from tests.support.opened import Opened
from tests.support.own_connector import put_connector

__all__ = ["front", "rotating_user"]


def test_a_former_key_is_revoked_by_the_present_one(
    opened: Opened, aws: Aws, front: IamFront, rotating_user: Key
) -> None:
    import boto3

    quick = (CATALOGUE / "s3.toml").read_text().replace('engine = "aws_iam"\n', 'engine = "aws_iam"\n  settle_s = 1\n')
    put_connector(opened, "s3", f"replaces_built_in = true\n{quick}")
    front.refusals = front.late = 0
    values = {"region": REGION, "sts_endpoint_url": front.url, "iam_endpoint_url": front.url}
    words = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
    words += ["--set", f"access_key_id={rotating_user.access_key_id}", "--set", "secret_key=env:HELD"]
    added = opened("add", "s3", *words, "--allow-host", front.host, environment={"HELD": rotating_user.secret_key})
    assert (added.code, "accepted" in added.out) == (0, True), added.err
    login = {"aws_access_key_id": aws.owner.access_key_id, "aws_secret_access_key": aws.owner.secret_key}
    iam = boto3.client("iam", region_name=REGION, endpoint_url=aws.sts_url, **login)
    (user,) = {one["UserName"] for one in iam.list_users()["Users"] if one["UserName"].startswith("rotating")}
    made = iam.create_access_key(UserName=user)["AccessKey"]
    changed = opened(
        *("update", "s3", "--set", f"access_key_id={made['AccessKeyId']}", "--set", "secret_key=env:HELD"),
        environment={"HELD": made["SecretAccessKey"]},
    )
    assert changed.code == 0, changed.err
    revoked = opened("revoke", "s3", "--revision", "1", "--yes")
    assert (revoked.code, "is refused, and dead" in revoked.out) == (0, True), revoked.err
    left = [one["AccessKeyId"] for one in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]]
    assert left == [made["AccessKeyId"]]
    (former,) = json.loads(opened("show", "s3", "--json").out)["superseded"]
    assert (former["state"], former["outlives_until"] is not None) == ("dead", True)  # what STS gave for it
    assert rotating_user.secret_key not in revoked.out + revoked.err
