"""Running a flow: each request it yields is sent, each answer is handed back."""

from collections.abc import Generator
from typing import TypeVar

from nexcred.auth.flow import Request, Response
from nexcred.http.transport import Transport
from nexcred.network.deadline import Deadline

T = TypeVar("T")


def run_flow(flow: Generator[Request, Response, T], transport: Transport, deadline: Deadline) -> T:
    """Return what the flow returns; whatever the transport raises ends the flow and is passed on."""
    try:
        request = next(flow)
        while True:
            request = flow.send(transport.send(request, deadline))
    except StopIteration as finished:
        result: T = finished.value
        return result
    finally:
        flow.close()
