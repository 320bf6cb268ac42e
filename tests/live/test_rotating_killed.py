"""Keys of real servers are rotated by a program that is killed at every change of its vault, and no key is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nexcred.model.probe import ProbeStatus
from tests.live.aws import REGION, Aws, Key
from tests.live.iam_front import IamFront
from tests.live.logging_in import log_in
from tests.live.postgresql import serving
from tests.live.rotating_logins import new_role, plain_values
from tests.live.test_iam_keys import rotating_user
from tests.support.killed import Rotating, rotating
from tests.support.standins.authority import Authority

__all__ = ["rotating_user"]


def iam_of(aws: Aws) -> Any:
    """Return IAM as who may do all with it asks it."""
    import boto3

    login = {"aws_access_key_id": aws.owner.access_key_id, "aws_secret_access_key": aws.owner.secret_key}
    return boto3.client("iam", region_name=REGION, endpoint_url=aws.sts_url, **login)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Rotating]:
    with rotating(tmp_path / "home") as case:
        yield case


def test_an_iam_user_has_one_key_wherever_the_program_was_killed(case: Rotating, aws: Aws, rotating_user: Key) -> None:
    iam = iam_of(aws)
    with IamFront(aws.sts_url) as front:
        places = {"sts_endpoint_url": front.url, "iam_endpoint_url": front.url}
        case.add(case.hastened("s3"), {**rotating_user.values, **places}, front.host)
        user = iam.get_access_key_last_used(AccessKeyId=rotating_user.access_key_id)["UserName"]
        moments = 0
        for moment in case.killed_everywhere(after=False):
            moments += 1
            keys = [one["AccessKeyId"] for one in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]]
            assert keys == [case.present()["access_key_id"]], moment
        assert moments > 8
        assert case.program("probe", "key").code == 0
        assert case.states()[:2] == ["present", "dead"]


def test_a_role_has_the_password_that_is_kept_wherever_the_program_was_killed(
    case: Rotating, authority: Authority
) -> None:
    with serving(authority) as (_, database):
        role = plain_values(new_role(database))
        case.add("postgres", role)
        moments, before = 0, role
        for moment in case.killed_everywhere():
            moments += 1
            kept = case.present()
            assert log_in("postgres", kept).status is ProbeStatus.ACCEPTED, moment
            if kept != before:
                assert log_in("postgres", before).status is ProbeStatus.REJECTED, moment
            before = kept
        assert moments > 8
        assert case.states()[:2] == ["present", "dead"]
