"""What is sent again, and what is not, where it is known that nothing was sent."""

from collections.abc import Mapping

from nexcred.model.credential import Value
from nexcred.network.failures import TransportFailed
from nexcred.nexla.at_nexla import AtNexla
from nexcred.services.nexla.outgoing import Outgoing
from nexcred.services.nexla.push import PlannedPush, push
from tests.support.exported_values import exported_of

MADE = AtNexla(5001, "one", "rest", True, None, None)


class Unreachable:
    """A Nexla that takes no connection as many times as it is told."""

    def __init__(self, times: int) -> None:
        self.times, self.asked = times, 0

    def create(self, _body: Mapping[str, object], _secrets: Mapping[str, Value]) -> AtNexla:
        self.asked += 1
        if self.asked > self.times:
            return MADE
        failed = TransportFailed.unreachable("the connection was refused")
        failed.may_have_arrived = False
        raise failed.at("nexla.example")


def outcome_of(nexla: Unreachable) -> tuple[str, int, int]:
    out = Outgoing(exported_of("rest", {}).credential, "rest", {}, {}, is_as_here=False)
    first, second = push(nexla, [PlannedPush(out, None)] * 2)  # type: ignore[arg-type]
    return f"{first.result}, {second.result}", first.code, nexla.asked


def test_what_never_left_is_sent_once_more() -> None:
    assert outcome_of(Unreachable(1)) == ("created, created", 0, 3)


def test_a_nexla_that_cannot_be_reached_is_asked_for_nothing_more() -> None:
    assert outcome_of(Unreachable(9)) == ("failed, not_sent", 5, 2)
