"""Connectors that end keys within a second, and what is known of a key."""

import json

import pytest

from nexcred.connectors.load.names import CATALOGUE
from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.standins.exchange import Answer, Fault, Script
from tests.support.standins.server import StandIn
from tests.support.standins.slack import Slack

NEXT = "xoxb-next-EXAMPLE"


@pytest.fixture
def quick(opened: Opened) -> Opened:
    """The program with connectors that end keys within a second: those of the catalogue but for that."""
    for name in ("slack", "github", "resci"):
        put_quick(opened, name)
    return opened


def put_quick(program: Opened, name: str, settle_s: int = 1) -> None:
    spec = (CATALOGUE / f"{name}.toml").read_text()
    table = "[revoke]\n" if "\n[revoke]\n" in spec else 'revoke = "'
    assert f"\n{table}" in spec
    own, settled = "replaces_built_in = true\n", f"settle_s = {settle_s}\n"
    if table == "[revoke]\n":
        spec = spec.replace(table, f"{table}{settled}", 1)
    else:
        line = next(line for line in spec.splitlines() if line.startswith(table))
        spec = spec.replace(f"{line}\n", "", 1).replace(
            "\n[remedy]", f"\n[revoke]\nwhere = {line.removeprefix('revoke = ')}\n{settled}\n[remedy]", 1
        )
    put_connector(program, name, own + spec)


def state(program: Opened, name: str, revision: int = 1) -> str:
    told = {one["revision"]: one["state"] for one in json.loads(program("history", name, "--json").out)}
    return str(told[revision])


def on(path: str, answer: Answer | Script) -> Fault:
    """Answer so at this path alone."""
    return lambda request, proper: answer if request.path == path else proper


def asked(stand_in: StandIn, path: str) -> int:
    return sum(request.path == path for request in stand_in.received)


@pytest.fixture
def replaced(quick: Opened, slack: Slack) -> Opened:
    """Slack's token is in use no more, and still works; the stand-in does not know the new one."""
    assert quick.add(slack).code == 0
    changed = quick("update", "slack", "--set", "bot_token=env:NEXT", "--no-probe", environment={"NEXT": NEXT})
    assert changed.code == 0, changed.err
    return quick
