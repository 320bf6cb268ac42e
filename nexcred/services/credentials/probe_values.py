"""Ask the provider about values that are not saved yet, be they a new credential's or changed ones."""

from typing import TYPE_CHECKING

from nexcred.auth.flow import Session
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult

if TYPE_CHECKING:  # the HTTP client, which `--no-probe` need not wait for
    from nexcred.services.proving.prober import Prober


def probe_values(
    method: Method, details: Details, session: Session | None, prober: "Prober", *, timeout_s: float
) -> tuple[ProbeResult, Session | None]:
    """Return what was found, and the session as it is now, granted anew perhaps. Raises HostRefused."""
    pending = prober.unstored(method, details, session)
    result = prober.probe(method, details, timeout_s=timeout_s, authorize=pending)
    return result, pending.session if pending else session
