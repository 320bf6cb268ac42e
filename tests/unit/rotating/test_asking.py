"""How flows are run for an engine: over the credential's hosts alone, with patience where it is due, and no further."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest

from nexcred.auth.flow import Grant, Request, Response
from nexcred.errors import NotPermitted
from nexcred.http.policy import HostPolicy
from nexcred.model.probe import ProbeStatus
from nexcred.network.deadline import Deadline
from nexcred.rotating.acting import ActingLogin
from nexcred.rotating.asking import PAUSE_S, Asker
from nexcred.rotating.rotator import CallFailed
from tests.support.acting import acting, login
from tests.support.standins.reach import PLENTY_S

KEY = {"access_key_id": "AKIAEXAMPLE0000000AA", "secret_key": "secret/EXAMPLE/0123456789"}


def soon() -> Deadline:
    return Deadline.after(PLENTY_S)


def one_request(url: str) -> Generator[Request, Response, int]:
    response = yield Request("GET", url)
    return response.status


class Refusing:
    """Fails so many times before it answers."""

    def __init__(self, times: int, status: ProbeStatus = ProbeStatus.REJECTED, *, is_unknown: bool = False) -> None:
        self.times, self.status, self.is_unknown = times, status, is_unknown

    def __call__(self) -> str:
        self.times -= 1
        if self.times >= 0:
            raise CallFailed(self.status, "no", is_unknown=self.is_unknown)
        return "yes"


def asker() -> tuple[Asker, list[float]]:
    waits: list[float] = []
    return Asker(acting(login("s3", KEY)), pause=waits.append), waits


def test_a_host_that_came_into_the_file_after_the_credential_is_not_asked() -> None:
    """A record that was saved before its connector could rotate keys has never been asked about IAM's host."""
    own = login("s3", KEY)
    before = own._replace(policy=HostPolicy(("sts.us-east-1.amazonaws.com",), later=("iam.amazonaws.com",)))
    with pytest.raises(CallFailed) as failed:
        Asker(acting(before)).ask(before, one_request("https://iam.amazonaws.com/"), soon(), changes=True)
    assert (failed.value.status, failed.value.is_unknown) == (ProbeStatus.INCONCLUSIVE, False)
    assert "since it was changed" in failed.value.detail
    assert "add: --allow-host iam.amazonaws.com" in failed.value.detail


@pytest.mark.parametrize(("refusals", "waited"), [(0, 0), (1, 1), (10, 10)])
def test_a_new_key_has_as_much_patience_as_is_given(refusals: int, waited: int) -> None:
    asking, waits = asker()
    call = Refusing(refusals)
    assert asking.patiently(call, soon(), 10 * PAUSE_S, (ProbeStatus.REJECTED,)) == "yes"
    assert waits == [PAUSE_S] * waited


@pytest.mark.parametrize(
    ("call", "within_s", "waited"),
    [
        (Refusing(11), PLENTY_S, 10),
        (Refusing(1, ProbeStatus.UNREACHABLE), PLENTY_S, 0),
        (Refusing(1, is_unknown=True), PLENTY_S, 0),
        (Refusing(1), PAUSE_S / 2, 0),
    ],
    ids=["for too long", "something else", "a lost answer", "no time left"],
)
def test_what_is_no_new_key_is_not_waited_for(call: Refusing, within_s: float, waited: int) -> None:
    asking, waits = asker()
    with pytest.raises(CallFailed):
        asking.patiently(call, Deadline.after(within_s), 10 * PAUSE_S, (ProbeStatus.REJECTED,))
    assert len(waits) == waited


def test_a_change_that_nobody_sees_stays_made() -> None:
    asking, waits = asker()
    asking.until(lambda: False, soon(), 3 * PAUSE_S)
    assert len(waits) == 3
    asking.until(lambda: Refusing(1)() == "yes", soon(), 3 * PAUSE_S)
    assert len(waits) == 3


def test_a_rotator_that_lives_in_its_session_is_granted_out_of_it() -> None:
    def authorize(_deadline: Deadline) -> Grant:
        raise NotPermitted("only its owner may keep a session")

    ends = datetime.now(UTC) + timedelta(hours=1)
    known = login("s3", KEY)._replace(authorize=lambda _deadline: Grant(token="token-EXAMPLE", expires_at=ends))
    asking = Asker(acting(known))
    assert asking.granted(known, soon()).token == "token-EXAMPLE"
    refused: ActingLogin = known._replace(authorize=authorize)
    with pytest.raises(CallFailed, match="only its owner may keep a session"):
        asking.granted(refused, soon())
