"""An IAM user's access key is replaced, against moto with authentication on, and a front as eventual as AWS is."""

from collections.abc import Mapping

import pytest

from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.acting import ActingLogin
from nexcred.rotating.aws_iam import AwsIam
from nexcred.rotating.rotator import CallFailed
from nexcred.services.proving.prober import Prober
from tests.live.aws import Aws, Key
from tests.live.iam_front import IamFront
from tests.live.iam_users import front, rotating_user
from tests.support.acting import acting, login
from tests.support.standins import faults
from tests.support.standins.exchange import Answer, Fault, Received, Script

__all__ = ["front", "rotating_user"]

PLENTY_S = 60.0
Changed = Mapping[str, object]
NOTHING: Changed = {}


class Rotation:
    """The engine for one key, by itself or by another key, and how often it waited."""

    def __init__(self, front: IamFront, key: Key, rotator: Key | None = None, *, changed: Changed = NOTHING) -> None:
        self._front = front
        self._rotator = rotator
        self.waits: list[float] = []
        self.old = dict(self._login(key, changed).details.fields)
        self.engine = self._engine(self.old)

    def switched(self, new: Mapping[str, Value]) -> AwsIam:
        """Return the engine as it is once the new key is the present one."""
        return self._engine(new)

    def probe(self, fields: Mapping[str, Value]) -> ProbeStatus:
        own = login("s3", _given(fields), self._front.host)
        return Prober({}).probe(own.method, own.details).status

    def _engine(self, fields: Mapping[str, Value]) -> AwsIam:
        own = login("s3", _given(fields), self._front.host)
        helper = None if self._rotator is None else self._login(self._rotator, NOTHING)
        return AwsIam(acting(own, helper), pause=self.waits.append)

    def _login(self, key: Key, changed: Changed) -> ActingLogin:
        places = {"sts_endpoint_url": self._front.url, "iam_endpoint_url": self._front.url}
        return login("s3", {**key.values, **places, **changed}, self._front.host)


def _given(fields: Mapping[str, Value]) -> dict[str, object]:
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in fields.items()}


def soon() -> Deadline:
    return Deadline.after(PLENTY_S)


@pytest.mark.parametrize("by_rotator", [False, True], ids=["by itself", "by a rotator"])
def test_a_key_is_replaced_and_the_old_one_inactive_before_it_is_deleted(
    aws: Aws, front: IamFront, rotating_user: Key, by_rotator: bool
) -> None:
    rotation = Rotation(front, rotating_user, aws.owner if by_rotator else None)
    old = rotation.old
    planned = rotation.engine.plan(soon())
    assert planned.fields is None
    assert (planned.old, planned.most) == (rotating_user.access_key_id, 2)
    assert [key.id for key in planned.living or ()] == [rotating_user.access_key_id]
    assert all(key.created_at for key in planned.living or ())

    new = rotation.engine.create(None, soon())
    assert set(new) == set(old)
    assert new["access_key_id"] != old["access_key_id"]
    assert new["secret_key"] != old["secret_key"]
    assert rotation.probe(old) is ProbeStatus.ACCEPTED

    front.actions.clear()
    front.late = 2
    engine = rotation.switched(new)
    assert engine.end(old, new, soon()) == "disabled"
    assert len(rotation.waits) == (2 if by_rotator else 5)
    assert engine.last_used(old, soon()) is not None
    assert engine.end(old, new, soon()) == "gone"
    assert not [action for action in front.actions if action.endswith(rotating_user.access_key_id)]
    assert engine.end(old, new, soon()) == "gone"
    assert rotation.probe(old) is ProbeStatus.REJECTED


def test_an_undo_activates_the_old_key_and_has_it_delete_the_new_one(front: IamFront, rotating_user: Key) -> None:
    front.refusals = 0
    rotation = Rotation(front, rotating_user)
    new = rotation.engine.create(None, soon())
    engine = rotation.switched(new)
    assert engine.end(rotation.old, new, soon()) == "disabled"
    for _ in range(2):  # what was done may be done again
        engine.undo(rotation.old, new, soon())
    assert rotation.probe(rotation.old) is ProbeStatus.ACCEPTED
    assert rotation.probe(new) is ProbeStatus.REJECTED
    assert front.actions[-2:] == [f"{action} by {rotating_user.access_key_id}" for action in ("GetCallerIdentity",)] + [
        front.actions[-1]
    ]


def test_a_deleted_key_cannot_be_had_again(front: IamFront, rotating_user: Key) -> None:
    front.refusals = 0
    rotation = Rotation(front, rotating_user)
    new = rotation.engine.create(None, soon())
    engine = rotation.switched(new)
    while engine.end(rotation.old, new, soon()) != "gone":
        pass
    with pytest.raises(CallFailed, match="is deleted, and cannot be had again") as failed:
        engine.undo(rotation.old, new, soon())
    assert failed.value.status is ProbeStatus.REJECTED
    assert rotation.probe(new) is ProbeStatus.ACCEPTED


def test_the_key_whose_answer_was_lost_is_the_orphan(front: IamFront, rotating_user: Key) -> None:
    rotation = Rotation(front, rotating_user)
    before = rotation.engine.plan(soon()).living or ()
    front.fault = _once("CreateAccessKey", faults.reset())
    with pytest.raises(CallFailed, match="the connection was reset") as failed:
        rotation.engine.create(None, soon())
    assert failed.value.is_unknown
    assert rotating_user.secret_key not in str(failed.value)
    (orphan,) = rotation.engine.orphans(before, soon())
    assert orphan.id != rotating_user.access_key_id
    assert orphan.created_at is not None

    full = rotation.engine.plan(soon())
    assert [key.id for key in full.living or ()] == [rotating_user.access_key_id, orphan.id]
    with pytest.raises(CallFailed, match="2 access keys already") as refused:
        rotation.engine.create(None, soon())
    assert (refused.value.status, refused.value.is_unknown) == (ProbeStatus.FORBIDDEN, False)

    for _ in range(2):
        assert rotation.engine.end_orphan(orphan, soon()) == "gone"
    assert rotation.engine.orphans(before, soon()) == ()


def test_where_nothing_was_sent_nothing_is_unknown(aws: Aws, rotating_user: Key) -> None:
    with IamFront(aws.sts_url) as gone:
        rotation = Rotation(gone, rotating_user)
    with pytest.raises(CallFailed, match="the connection was refused") as failed:
        rotation.engine.create(None, soon())
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.UNREACHABLE, False)


def test_a_key_that_is_to_end_by_itself_is_deleted_at_once(front: IamFront, rotating_user: Key) -> None:
    rotation = Rotation(front, rotating_user)
    assert rotation.engine.end(rotation.old, rotation.old, soon()) == "gone"
    with pytest.raises(CallFailed) as failed:
        rotation.engine.end(rotation.old, rotation.old, soon())
    assert failed.value.status is ProbeStatus.REJECTED


@pytest.mark.parametrize("by_rotator", [False, True], ids=["by itself", "by a rotator"])
def test_a_former_key_of_another_user_is_not_gone_by_the_list_of_this_one(
    aws: Aws, front: IamFront, rotating_user: Key, by_rotator: bool
) -> None:
    former = Rotation(front, rotating_user)
    present = Rotation(front, aws.owner, aws.owner if by_rotator else None)
    with pytest.raises(CallFailed, match="signature"):  # no word of an end from whoever lacks its secret
        present.engine.end({**former.old, "secret_key": Secret("another/EXAMPLE")}, present.old, soon())
    assert present.engine.end(former.old, present.old, soon()) == "gone"
    assert former.probe(former.old) is ProbeStatus.REJECTED
    assert present.probe(present.old) is ProbeStatus.ACCEPTED


def test_a_new_key_that_never_becomes_good_ends_nothing(front: IamFront, rotating_user: Key) -> None:
    front.refusals = 10_000
    rotation = Rotation(front, rotating_user)
    new = rotation.engine.create(None, soon())
    with pytest.raises(CallFailed, match="security token included in the request is invalid") as failed:
        rotation.switched(new).end(rotation.old, new, soon())
    assert failed.value.status is ProbeStatus.REJECTED
    assert sum(rotation.waits) == 20
    assert rotation.probe(rotation.old) is ProbeStatus.ACCEPTED
    rotation.switched(new).undo(rotation.old, new, soon())
    assert rotation.engine.orphans((), soon()) == ()


def test_who_lacks_the_policy_is_told_which(aws: Aws, front: IamFront) -> None:
    rotation = Rotation(front, aws.bare)
    with pytest.raises(CallFailed) as failed:
        rotation.engine.plan(soon())
    assert failed.value.status is ProbeStatus.FORBIDDEN
    assert failed.value.detail == (
        "iam:ListAccessKeys is not permitted: allow iam:*AccessKey* on arn:aws:iam::*:user/${aws:username},"
        " or name another credential as its rotator"
    )
    assert rotation.engine.last_used(rotation.old, soon()) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"session_token": "token-EXAMPLE"}, "temporary keys are not rotated"),
        ({"access_key_id": "ASIAUNKNOWNEXAMPLE00"}, "temporary keys are not rotated"),
    ],
)
def test_what_cannot_rotate_is_refused_before_anybody_is_asked(
    front: IamFront, rotating_user: Key, changed: Changed, why: str
) -> None:
    rotation = Rotation(front, rotating_user, changed=changed)
    for call in (rotation.engine.plan, lambda deadline: rotation.engine.create(None, deadline)):
        with pytest.raises(CallFailed, match=why) as failed:
            call(soon())
        assert failed.value.status is ProbeStatus.UNSUPPORTED
    assert front.received == []


def test_no_answer_has_a_message_quote_a_secret(front: IamFront, rotating_user: Key) -> None:
    rotation = Rotation(front, rotating_user)
    front.fault = lambda _request, _proper: _error(f"no: {rotating_user.secret_key} is bad")
    with pytest.raises(CallFailed, match="no: •••• is bad"):
        rotation.engine.plan(soon())


def _error(said: str) -> Answer:
    error = f"<Error><Code>ValidationError</Code><Message>{said}</Message></Error>"
    return Answer(400, f"<ErrorResponse>{error}</ErrorResponse>".encode(), (("Content-Type", "text/xml"),))


def _once(action: str, fault: Fault) -> Fault:
    """Have the fault for the first request of an action, which was done all the same."""
    left = [fault]

    def chosen(request: Received, proper: Answer) -> Answer | Script:
        return left.pop()(request, proper) if left and request.form.get("Action") == action else proper

    return chosen
