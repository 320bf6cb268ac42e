"""Probing a stand-in through its connector, without a vault or a command line."""

from collections.abc import Mapping
from datetime import datetime

from nexcred.auth.flow import Verdict
from nexcred.connectors.hosts import hosts_of
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values, choose_method
from nexcred.http.policy import HostPolicy
from nexcred.http.run_flow import run_flow
from nexcred.http.transport import Transport
from nexcred.model.times import utc_now
from nexcred.network.deadline import Deadline
from nexcred.probing.plan import probe_flow
from tests.support.standins.reach import PLENTY_S
from tests.support.standins.server import StandIn

_FIELDS = {
    "aventri": ("account_id", "api_key"),
    "resci": ("api_key",),
    "amperity": ("access_token", "tenant_id"),
    "aha": ("account_domain", "api_key"),
    "rest": ("api_key",),
}
_SECRET = {"amperity": "access_token"}


def good_values(stand_in: StandIn) -> dict[str, object]:
    """Return the values that the stand-in accepts, by the names of its connector's fields."""
    fields = stand_in.fields or _FIELDS[stand_in.name]
    values: dict[str, object] = {name: getattr(stand_in, name) for name in fields}
    values["base_url"] = stand_in.base_url
    if stand_in.name == "rest":
        values["health_path"] = "/health"
    return values


def secret_field(stand_in: StandIn) -> str:
    return next(iter(stand_in.fields), _SECRET.get(stand_in.name, "api_key"))


def probe(stand_in: StandIn, changed: Mapping[str, object] | None = None) -> Verdict:
    """Probe with the good values, some of them changed, or left out by None."""
    return probe_as(stand_in.name, stand_in, good_values(stand_in) | dict(changed or {}))


def probe_as(
    connector_name: str, stand_in: StandIn, given: Mapping[str, object], now: datetime | None = None
) -> Verdict:
    """Probe a stand-in through a connector, with just these values; None is no value."""
    connector = load_connector(connector_name)
    raw = {name: value for name, value in given.items() if value is not None}
    method = choose_method(connector, raw, None)
    values = check_values(connector, method, raw)
    transport = Transport(HostPolicy(hosts_of(method, values), (stand_in.host,)), environment={})
    return run_flow(probe_flow(method, values, now or utc_now()), transport, Deadline.after(PLENTY_S))
