"""A service in this process: an edge behind a real uvicorn at 127.0.0.1, over the vault that this process opens."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

import uvicorn
from starlette.types import Scope

from nexcred.errors import NexcredError
from nexcred.local.vault_names import choose_vault
from nexcred.model.right import RIGHTS
from nexcred.server.call import VaultSource
from nexcred.server.edge import Edge, Gate
from nexcred.server.endpoint import Endpoint, Scheme
from nexcred.server.principal import Allowance, Principal
from nexcred.services.access import Access
from nexcred.services.vaults.opening import open_vault
from nexcred.services.workspace import Workspace
from nexcred.vault.identity import Identity

EVERYTHING = Principal("everything", tuple(Allowance(right, None) for right in RIGHTS))


def access_here() -> Access:
    """Open the vault of this process's environment by its identity: see `own_process`."""
    workspace = Workspace(choose_vault(os.environ.get("NEXCRED_VAULT"), {}, by=""), os.environ, warn=_ignore)
    identity = Identity.parse(os.environ["NEXCRED_IDENTITY"])
    vault = open_vault(workspace.store, workspace.anchors, lambda _: identity, warn=_ignore)
    return Access(workspace, vault, os.environ)


class OpenedSource:
    """A vault that was opened, until a test sets a failure: then it is locked, moved or damaged."""

    def __init__(self, access: Access) -> None:
        self.failure: NexcredError | None = None
        self._access = access

    def reopen(self, access: Access) -> None:
        """Go on with what was opened anew, perhaps as another identity."""
        self._access = access

    def access(self) -> Access:
        if self.failure is not None:
            raise self.failure
        return self._access


class OpenGate:
    """Lets everybody in, as one who may do what a test says."""

    def __init__(self, principal: Principal = EVERYTHING) -> None:
        self.principal = principal

    def check_origin(self, scope: Scope, headers: Mapping[str, str]) -> None:
        pass

    def principal_of(self, scope: Scope, headers: Mapping[str, str], scheme: Scheme) -> Principal:
        return self.principal


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, with the headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Served:
    """A running service. `headers` go with every request, such as those of a token."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Answered:
        """Ask, with a body of JSON unless it is bytes; `_` in the name of a header is `-`."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if data is not None and not isinstance(body, bytes):
            sent = {"content-type": "application/json", **sent}
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Answered(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answered:
        return self("GET", path, **headers)


@contextmanager
def serving(endpoints: Iterable[Endpoint], gate: Gate | Callable[[int], Gate], vault: VaultSource) -> Iterator[Served]:
    """Run a service while inside, behind a gate, or one for its port. Requests wait in its socket until it answers."""
    listening = socket.create_server(("127.0.0.1", 0))
    # asyncio would set it on a socket that says its protocol, as this one does not; those accepted from it inherit it.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    edge = Edge(endpoints, gate(listening.getsockname()[1]) if callable(gate) else gate, vault)
    server = uvicorn.Server(uvicorn.Config(edge, log_config=None, access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Served(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def _ignore(_text: str) -> None:
    pass
