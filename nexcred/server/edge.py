"""The ASGI application: lets a request in or refuses it, before anything of the vault is looked at."""

import asyncio
import logging
import traceback
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Protocol
from urllib.parse import parse_qsl

import anyio
from anyio.to_thread import run_sync
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nexcred.errors import NexcredError
from nexcred.server.call import Call, Reply, VaultSource
from nexcred.server.endpoint import Endpoint, Scheme
from nexcred.server.failures import refusal, reply_to
from nexcred.server.limits import BODY_BYTES, BODY_S, MOST_AT_ONCE, SLOW_THREADS, THREADS
from nexcred.server.principal import Principal

_LOG = logging.getLogger("nexcred")
_ALWAYS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


class Refusal(Exception):
    """A request that is not let in, and the answer to it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("refused")
        self.reply = reply


class Gate(Protocol):
    """Decides from the head of a request alone."""

    def check_origin(self, scope: Scope, headers: Mapping[str, str]) -> None:
        """Raise Refusal for a host that is not this service's, or a page that is not its own."""

    def principal_of(self, scope: Scope, headers: Mapping[str, str], scheme: Scheme) -> Principal:
        """Return who asks, by what this endpoint takes as a proof; raise Refusal for nobody who is known."""


class Edge:
    """The endpoints of a service, behind its gate."""

    def __init__(self, endpoints: Iterable[Endpoint], gate: Gate, vault: VaultSource) -> None:
        self._gate = gate
        self._vault = vault
        self._at_once = 0
        self._fast = anyio.CapacityLimiter(THREADS)
        self._slow = anyio.CapacityLimiter(SLOW_THREADS)
        by_path: dict[str, dict[str, Endpoint]] = {}
        for one in endpoints:
            by_path.setdefault(one.path, {})[one.method] = one
        routes = [Route(path, _Application(partial(self._run, methods))) for path, methods in by_path.items()]
        self._router = Router(routes, redirect_slashes=False, default=_nothing_there)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._router(scope, receive, send)
            return
        if self._at_once >= MOST_AT_ONCE:
            await _send(_TOO_MANY, send)
            return
        self._at_once += 1
        answer = _Answer(send)
        try:
            self._gate.check_origin(scope, headers_of(scope))
            await self._router(scope, receive, answer)
        except Refusal as refused:
            await _send(refused.reply, answer)
        except asyncio.CancelledError:  # the service ends, and has waited for this as long as it does
            if answer.has_begun:
                raise
            await _send(_ENDING, answer)
        finally:
            self._at_once -= 1

    async def _run(self, methods: Mapping[str, Endpoint], scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = methods.get("GET" if scope["method"] == "HEAD" else scope["method"])
        if endpoint is None:
            allowed = {"allow": ", ".join(sorted(methods))}
            raise Refusal(refusal(405, "method_not_allowed", "this path does not take that method", headers=allowed))
        headers = headers_of(scope)
        principal = self._gate.principal_of(scope, headers, endpoint.scheme)
        body = await _read_body(headers, receive, most=0 if endpoint.scheme == "open" else BODY_BYTES)
        if body:  # which may have taken its time: what was revoked meanwhile has ended
            principal = self._gate.principal_of(scope, headers, endpoint.scheme)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        call = Call(principal, self._vault, endpoint.method, scope["path_params"], query, headers, body)
        limiter = self._slow if endpoint.is_slow else self._fast
        await _send(await run_sync(_handled, endpoint, call, limiter=limiter), send)


class _Answer:
    """Sends an answer, and knows whether a part of one is on its way."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        self.has_begun = True
        await self._send(message)


class _Application:
    """Tells starlette that a path's function speaks ASGI."""

    def __init__(self, run: ASGIApp) -> None:
        self._run = run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._run(scope, receive, send)


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers by lower-case name, the values of one that is repeated joined as RFC 9110, 5.3 says."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _handled(endpoint: Endpoint, call: Call) -> Reply:
    """Return what the endpoint answers, its failures too. What nobody foresaw is told by its kind and place alone."""
    try:
        return endpoint.handle(call)
    except NexcredError as error:
        return reply_to(error)
    except Exception as error:  # noqa: BLE001  one request must not end the service
        place = traceback.extract_tb(error.__traceback__)[-1]
        _LOG.error(
            "%s %s failed: %s at %s:%s", call.method, endpoint.path, type(error).__name__, place.filename, place.lineno
        )
        return refusal(500, "internal", "the service failed at this; its log says where")


async def _read_body(headers: Mapping[str, str], receive: Receive, most: int) -> bytes:
    """Return the whole body, within its bounds of size and time; raise Refusal.

    Where nobody proves who asks there is none to wait for: a few hundred that do not come would keep everybody out.
    """
    if int(headers.get("content-length", "0")) > most or (not most and "transfer-encoding" in headers):
        raise _too_large(most)
    body = bytearray()
    with anyio.move_on_after(BODY_S):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refusal(refusal(400, "incomplete", "the request ended before its body did"))
            body += message.get("body", b"")
            if len(body) > most:
                raise _too_large(most)
            if not message.get("more_body", False):
                return bytes(body)
    raise Refusal(refusal(408, "too_slow", "the body took too long", headers={"connection": "close"}))


async def _send(reply: Reply, send: Send) -> None:
    headers = {**_ALWAYS, **reply.headers, "content-length": str(len(reply.body))}
    coded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": coded})
    await send({"type": "http.response.body", "body": reply.body})


def _too_large(most: int) -> Refusal:
    why = f"the body is larger than {most // 1024 // 1024} MiB" if most else "this takes no body"
    return Refusal(refusal(413, "too_large", why, headers={"connection": "close"}))


async def _nothing_there(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer for no path: below /v1 a 404 would say of a credential that it is gone, and a copy of it be deleted."""
    status = 400 if scope["path"].startswith("/v1/") else 404
    await _send(refusal(status, "no_such_path", "there is nothing at this path"), send)


_TOO_MANY = refusal(503, "too_many", "too many requests at once", headers={"retry-after": "1"})
_ENDING = refusal(
    503,
    "ending",
    "the service has ended, and did not wait for what became of this",
    headers={"retry-after": "5", "connection": "close"},
)
