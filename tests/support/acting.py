"""Engines of rotation without a vault: the credential that they act for, and whoever acts for it."""

from collections.abc import Mapping

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values, choose_method
from nexcred.model.credential import Details
from nexcred.model.times import utc_now
from nexcred.network.resolve import resolve
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.services.values.hosts import policy_for


def login(connector_name: str, given: Mapping[str, object], *hosts: str) -> ActingLogin:
    """Return a credential with these values, which may go to its connector's hosts and to these."""
    connector = load_connector(connector_name)
    method = choose_method(connector, given, None)
    details = Details(connector.name, connector.digest, method.name, hosts, check_values(connector, method, given))
    return ActingLogin(method, details, policy_for(method, details))


def acting(own: ActingLogin, rotator: ActingLogin | None = None) -> Acting:
    """Return what an engine is made of."""
    return Acting(load_connector(own.details.connector), own, rotator, {}, resolve, utc_now)
