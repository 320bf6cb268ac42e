"""The providers under their own names: a proxy that leads to the stand-ins, and the authority that vouches for them."""

import contextlib
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.support.standins.authority import Authority
from tests.support.standins.exchange import Answer, Received, Script, json_answer
from tests.support.standins.proxy import tunnel
from tests.support.standins.server import StandIn

Kind = TypeVar("Kind", bound=StandIn)


class Internet(StandIn):
    """Programs with `environment` reach the stand-in where the provider would be, and nothing else."""

    name = "internet"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.fault = self._lead
        self._authority = Authority(folder)
        self._ports: dict[str, int] = {}
        self._running = contextlib.ExitStack()

    def host_at(self, host: str, kind: Callable[..., Kind], *others: str) -> Kind:
        """Start a stand-in behind a host name, or several; `kind` makes it with the TLS context that it is given."""
        stand_in = kind(tls=self._authority.server_context(host, *others))
        self._running.enter_context(stand_in)
        self._ports |= {f"{name}:443".lower(): stand_in.port for name in (host, *others)}
        return stand_in

    @property
    def environment(self) -> dict[str, str]:
        return {"HTTPS_PROXY": self.url, "SSL_CERT_FILE": str(self._authority.bundle)}

    def stop(self) -> None:
        super().stop()
        self._running.close()

    def _lead(self, request: Received, _proper: Answer) -> Answer | Script:
        port = self._ports.get(request.target.lower()) if request.method == "CONNECT" else None
        return json_answer({}, 502) if port is None else functools.partial(tunnel, port)
