"""Ask the provider about values that are not saved yet, be they a new credential's or changed ones."""

from typing import TYPE_CHECKING

from nexcred.auth.flow import Session
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult
from nexcred.probing.control import wants_control

if TYPE_CHECKING:  # the HTTP client, which `--no-probe` need not wait for
    from nexcred.services.proving.prober import Prober


def probe_values(
    method: Method, details: Details, session: Session | None, prober: "Prober", *, timeout_s: float
) -> tuple[ProbeResult, Session | None]:
    """Return what was found, and the session as it is now, granted anew perhaps. Raises HostRefused.

    The control comes along where a yes alone means nothing.
    """
    pending = prober.unstored(method, details, session)
    control = wants_control(method)
    result = prober.probe(method, details, timeout_s=timeout_s, control=control, authorize=pending)
    return result, pending.session if pending else session
