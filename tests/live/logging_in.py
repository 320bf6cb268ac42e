"""Proving a database credential in process, as `probe` does."""

from collections.abc import Mapping

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult
from nexcred.services.proving.prober import Prober

PLENTY_S = 30.0


def log_in(
    connector_name: str,
    values: Mapping[str, object],
    *,
    control: bool = False,
    timeout_s: float = PLENTY_S,
    environment: Mapping[str, str] | None = None,
    is_ended: bool = False,
) -> ProbeResult:
    connector = load_connector(connector_name)
    method = connector.methods[0]
    details = Details(connector.name, connector.digest, method.name, (), check_values(connector, method, values))
    return Prober(environment or {}).probe(method, details, timeout_s=timeout_s, control=control, is_ended=is_ended)
