"""Running a flow: each request it yields is sent, each answer is handed back."""

from collections.abc import Generator
from typing import TypeVar

from nexcred.auth.flow import NoAnswer, Request, Response
from nexcred.errors import HostRefused
from nexcred.http.transport import Transport
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed

T = TypeVar("T")


def run_flow(flow: Generator[Request, Response, T], transport: Transport, deadline: Deadline) -> T:
    """Return what the flow returns; what the transport raises is passed on, unless the flow goes on without it."""
    try:
        request = next(flow)
        while True:
            try:
                response = transport.send(request, deadline)
            except (TransportFailed, HostRefused) as failed:
                request = _after(flow, failed)
            else:
                request = flow.send(response)
    except StopIteration as finished:
        result: T = finished.value
        return result
    finally:
        flow.close()


def _after(flow: Generator[Request, Response, T], failed: TransportFailed | HostRefused) -> Request:
    """Return what the flow asks instead; raise what was the matter where it gives up."""
    detail = failed.detail if isinstance(failed, TransportFailed) else failed.message
    try:
        return flow.throw(NoAnswer(detail))
    except NoAnswer:
        raise failed from None
