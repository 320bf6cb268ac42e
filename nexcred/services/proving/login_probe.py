"""Prove the credential of a database or a mail server by logging in with it."""

from collections.abc import Mapping

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


def probe_login(
    method: Method,
    fields: Mapping[str, Value],
    deadline: Deadline,
    *,
    environment: Mapping[str, str],
    resolver: Resolver,
) -> Verdict:
    """Return what the server's answer proves, its texts redacted and short; raise TransportFailed without one."""
    try:
        connect = login_of(method, fields)
    except TemplateError as error:
        return Verdict(ProbeStatus.INCONCLUSIVE, detail=f"not sent: {error.name} {error.problem}")
    if connect is None or method.probe is None:
        return Verdict(ProbeStatus.UNSUPPORTED, detail=method.unprobed)
    login = log_in(connect, deadline, environment=environment, resolver=resolver)
    return fit_to_show(judge_login(connect, login, method.probe.identity, public_values(method, fields)), fields)
