"""Sending to a stand-in as a probe does, for tests below the command line."""

from collections.abc import Mapping

from nexcred.auth.flow import Request, Response
from nexcred.http.policy import HostPolicy
from nexcred.http.transport import Transport
from nexcred.network.deadline import Deadline
from tests.support.standins.server import StandIn

PLENTY_S = 30.0


def transport_to(*stand_ins: StandIn, environment: Mapping[str, str] | None = None) -> Transport:
    """Return a transport that may go to these stand-ins and nowhere else."""
    allowed = tuple(stand_in.host for stand_in in stand_ins)
    return Transport(HostPolicy((), allowed), environment=environment or {})


def send(
    stand_in: StandIn,
    path: str = "/",
    headers: Mapping[str, str] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    within_s: float = PLENTY_S,
) -> Response:
    """Send one GET to the stand-in."""
    request = Request("GET", stand_in.url + path, headers or {})
    return transport_to(stand_in, environment=environment).send(request, Deadline.after(within_s))
