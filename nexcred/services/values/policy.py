"""Where a credential may be sent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nexcred.connectors.filled_hosts import filled_hosts, is_covered
from nexcred.http.policy import HostPolicy
from nexcred.model.credential import Details

if TYPE_CHECKING:
    from nexcred.connectors.language.checked import ValuedMethod


def policy_of(declared: Sequence[str], method: "ValuedMethod", details: Details) -> HostPolicy:
    """Return the hosts that its connector declares, filled in, and those that the user allowed it.

    A host that the connector declares only since the credential was saved is none of them: it needs a yes.
    """
    named = filled_hosts(declared, method, details.fields)
    if details.hosts is None:
        return HostPolicy(named, details.allowed_hosts)
    saved = filled_hosts(details.hosts, method, details.fields)
    later = tuple(host for host in named if not is_covered(host, saved))
    return HostPolicy(tuple(host for host in named if host not in later), details.allowed_hosts, later)
