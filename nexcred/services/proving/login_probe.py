"""Prove the credential of a database or a mail server by logging in with it."""

from collections.abc import Mapping, Sequence
from functools import partial

from nexcred.auth.flow import Verdict
from nexcred.connectors.effective import login_of
from nexcred.connectors.language.spec import Method
from nexcred.databases.log_in import Resolver, log_in
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import TemplateError
from nexcred.network.deadline import Deadline
from nexcred.probing.login import judge_login
from nexcred.probing.plan import fit_to_show, public_values
from nexcred.services.values.inner_hosts import check_inner_addresses


def probe_login(
    method: Method,
    fields: Mapping[str, Value],
    deadline: Deadline,
    *,
    environment: Mapping[str, str],
    resolver: Resolver,
    inner_hosts: Sequence[str] | None = None,
) -> Verdict:
    """Return what the server's answer proves, its texts redacted and short; raise TransportFailed without one.

    With `inner_hosts` no other one may lead to an address that is not public; raise NotPermitted for it.
    """
    try:
        connect = login_of(method, fields)
    except TemplateError as error:
        return Verdict(ProbeStatus.INCONCLUSIVE, detail=f"not sent: {error.name} {error.problem}")
    if connect is None or method.probe is None:
        return Verdict(ProbeStatus.UNSUPPORTED, detail=method.unprobed)
    check = partial(check_inner_addresses, connect, inner_hosts)
    login = log_in(connect, deadline, environment=environment, resolver=resolver, check=check)
    return fit_to_show(judge_login(connect, login, method.probe.identity, public_values(method, fields)), fields)
