"""Ask a provider about one credential: the flow, a transport bound to its hosts, and one deadline."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from nexcred.auth.database import DatabaseAuth
from nexcred.auth.flow import ProbeFlow, Verdict
from nexcred.connectors.spec import Method
from nexcred.http.exchange import Resolver
from nexcred.http.drive import drive
from nexcred.http.transport import Transport
from nexcred.model.credential import Details, Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.times import utc_now
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.resolve import resolve
from nexcred.probing.control import judge_control, junk_fields
from nexcred.probing.plan import probe_flow
from nexcred.probing.redact import redact
from nexcred.services.hosts import policy_for
from nexcred.services.login_probe import probe_login

DEFAULT_TIMEOUT_S = 10.0


class Prober:
    """Probes credentials; threads may share it. `environment` names proxies and CA bundles; `watch` sees each flow."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        clock: Callable[[], datetime] = utc_now,
        resolver: Resolver = resolve,
        watch: Callable[[ProbeFlow], ProbeFlow] = lambda flow: flow,
    ) -> None:
        self._environment = environment
        self._clock = clock
        self._resolver = resolver
        self._watch = watch

    def now(self) -> datetime:
        return self._clock()

    def probe(
        self,
        method: Method,
        details: Details,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        control: bool = False,
        version: int = 0,
    ) -> ProbeResult:
        """Return what the provider proves; with a control also that it refuses a made-up secret.

        Raises HostRefused or InvalidData when the credential may not, or cannot, be sent: nothing was sent then.
        """
        checked_at, started = self._clock(), time.monotonic()
        transport = Transport(
            policy_for(method, details),
            environment=self._environment,
            resolver=self._resolver,
        )
        deadline = Deadline.after(timeout_s)
        verdict = self._ask(method, details.fields, transport, deadline)
        if control and verdict.status is ProbeStatus.ACCEPTED:
            junk = self._ask(method, junk_fields(method, details.fields), transport, deadline)
            verdict = judge_control(verdict, junk)
        return ProbeResult(
            status=verdict.status,
            checked_at=checked_at,
            elapsed_ms=round((time.monotonic() - started) * 1000),
            identity=verdict.identity,
            detail=verdict.detail,
            http_status=verdict.http_status,
            retry_after_s=verdict.retry_after_s,
            expires_at=verdict.expires_at,
            version=version,
        )

    def _ask(self, method: Method, fields: Mapping[str, Value], transport: Transport, deadline: Deadline) -> Verdict:
        try:
            if isinstance(method.auth, DatabaseAuth):
                return probe_login(method, fields, deadline, environment=self._environment, resolver=self._resolver)
            return drive(self._watch(probe_flow(method, fields, self._clock())), transport, deadline)
        except TransportFailed as failure:
            return Verdict(failure.status, detail=redact(failure.detail, fields), http_status=failure.http_status)
