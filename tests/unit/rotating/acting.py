"""What engines are made of in tests: a connector's text, values, and the stand-ins that they may be sent to."""

from collections.abc import Mapping
from datetime import UTC, datetime

from nexcred.connectors.language.spec import Connector
from nexcred.connectors.lint.decode import decode_connector
from nexcred.http.policy import HostPolicy
from nexcred.model.credential import Details, Value
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.rotating.acting import Acting, ActingLogin
from tests.support.standins.reach import PLENTY_S
from tests.support.standins.server import StandIn

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)


def connector_of(text: str) -> Connector:
    return decode_connector(text.encode(), "parcels.toml")


def login(connector: Connector, fields: Mapping[str, Value], *allowed: StandIn, method: str = "") -> ActingLogin:
    """Return it for the first method, or the named one, with these stand-ins as its only hosts."""
    chosen = connector.method(method) if method else connector.methods[0]
    assert chosen is not None
    hosts = tuple(stand_in.host for stand_in in allowed)
    details = Details(connector.name, connector.digest, chosen.name, hosts, fields)
    return ActingLogin(chosen, details, HostPolicy((), hosts))


def acting(connector: Connector, own: ActingLogin, rotator: ActingLogin | None = None) -> Acting:
    return Acting(connector, own, rotator, {}, resolve, lambda: NOW)


def plenty() -> Deadline:
    return Deadline.after(PLENTY_S)
