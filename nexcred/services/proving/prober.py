"""Ask a provider about one credential: the flow, a transport bound to its hosts, and one deadline."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Protocol

from nexcred.auth.flow import Grant, ProbeFlow, Refused, Session, Verdict
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.language.spec import Method
from nexcred.errors import Conflict, CredentialNotFound, NotPermitted, StoreFailed
from nexcred.http.policy import HostPolicy
from nexcred.http.reach import Resolver
from nexcred.http.run_flow import run_flow
from nexcred.http.transport import Transport
from nexcred.model.credential import Details, Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.template import TemplateError
from nexcred.model.times import utc_now
from nexcred.network.deadline import Deadline
from nexcred.network.failures import CLIENT_CERTIFICATE, TransportFailed
from nexcred.network.resolve import resolve
from nexcred.probing.control import (
    asked_in_one_place,
    is_certificate_alone,
    judge_control,
    junk_fields,
    junk_grant,
    wants_control,
)
from nexcred.probing.plan import probe_flow
from nexcred.probing.redact import redact
from nexcred.services.grants.granting import PendingSession
from nexcred.services.proving.controls import Controls, endpoint_of
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.hosts import sending_policy


class Authorize(Protocol):
    """Grants what authenticates, or the refused grant again where there is no other.

    Raises Refused, TransportFailed, TemplateError, NotPermitted, Conflict, CredentialNotFound, StoreFailed.
    """

    def __call__(self, deadline: Deadline, refused: Grant | None = None) -> Grant: ...


class Prober:
    """Probes credentials; threads may share it. `environment` names proxies and CA bundles; `watch` sees each flow.

    `stays_outside`: a login without HTTP goes to no address that is not public, unless the credential's user allowed
    it; HTTP never does. Then probing raises NotPermitted.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        clock: Callable[[], datetime] = utc_now,
        resolver: Resolver = resolve,
        watch: Callable[[ProbeFlow], ProbeFlow] = lambda flow: flow,
        stays_outside: bool = False,
    ) -> None:
        self._environment = environment
        self._clock = clock
        self._resolver = resolver
        self._watch = watch
        self._stays_outside = stays_outside
        self._controls = Controls()

    def now(self) -> datetime:
        return self._clock()

    def unstored(self, method: Method, details: Details, session: Session | None = None) -> PendingSession | None:
        """Return what grants for values that are new; None where no session comes into it."""
        if not method.auth.lives_in_session:
            return None
        return PendingSession(method, details, self._environment, session=session, clock=self._clock)

    def probe(
        self,
        method: Method,
        details: Details,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        control: bool = False,
        version: int = 0,
        authorize: Authorize | None = None,
        note: Callable[[Grant], None] = lambda _grant: None,
        is_ended: bool = False,
    ) -> ProbeResult:
        """Return what the provider proves; with a control also that it refuses a made-up secret.

        The control comes along, asked for or not, where a yes alone means nothing; one answer to it is enough for all
        credentials of an endpoint.
        `authorize` grants out of a session; a grant that is refused is given back to it once. `note` is told what was
        granted for the asking. `is_ended`: the provider has said that it ended this secret, which worked until then.
        Raises HostRefused or InvalidData when the credential may not, or cannot, be sent: nothing was sent then.
        """
        checked_at, started = self._clock(), time.monotonic()
        policy = sending_policy(method, details)
        deadline = Deadline.after(timeout_s)
        ask = partial(self._ask, method, policy=policy, deadline=deadline)
        real: Grant | None = None
        if authorize is None:
            verdict = ask(details.fields, note=note)
        else:
            verdict, real = _ask_by_session(partial(ask, details.fields), partial(authorize, deadline))
        if is_ended:
            from nexcred.probing.login import judge_ended

            verdict = judge_ended(verdict)
        if (control or wants_control(method)) and verdict.status is ProbeStatus.ACCEPTED:
            granted = junk_grant(method, details.fields, self._clock(), real) if real else None
            made_up = policy._replace(shown=None) if is_certificate_alone(method, details.fields) else policy
            endpoint = endpoint_of(method, details, has_session=authorize is not None)
            junked = partial(self._ask, asked_in_one_place(method), junk_fields(method, details.fields), granted)
            asked = partial(junked, policy=made_up, deadline=deadline)
            junk = self._controls.ask_once(endpoint, asked, deadline)
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

    def _ask(
        self,
        method: Method,
        fields: Mapping[str, Value],
        granted: Grant | None = None,
        *,
        note: Callable[[Grant], None] = lambda _grant: None,
        policy: HostPolicy,
        deadline: Deadline,
    ) -> Verdict:
        transport = Transport(policy, environment=self._environment, resolver=self._resolver)
        try:
            if isinstance(method.auth, LoginAuth):
                from nexcred.services.proving.login_probe import probe_login  # which knows of databases

                return probe_login(
                    method,
                    fields,
                    deadline,
                    environment=self._environment,
                    resolver=self._resolver,
                    inner_hosts=policy.allowed if self._stays_outside else None,
                )
            flow = probe_flow(method, fields, self._clock(), granted, note=note, check_url=policy.check)
            return run_flow(self._watch(flow), transport, deadline)
        except TransportFailed as failure:
            refused_in_tls = "tls" if CLIENT_CERTIFICATE in failure.detail else ""
            return Verdict(
                failure.status,
                detail=redact(failure.detail, fields),
                http_status=failure.http_status,
                login_code=refused_in_tls,
            )


def _ask_by_session(ask: Callable[[Grant], Verdict], grant: Callable[..., Grant]) -> tuple[Verdict, Grant | None]:
    """Ask with what is granted; where that is refused, once more with what is granted instead. Return that as well."""
    granted = None
    try:
        granted = grant()
        verdict = ask(granted)
        if verdict.http_status == 401 and (instead := grant(refused=granted)) is not granted:
            granted = instead
            verdict = ask(granted)
    except Refused as refused:
        verdict = refused.verdict
    except TransportFailed as failure:
        verdict = Verdict(failure.status, detail=failure.detail, http_status=failure.http_status)
    except TemplateError as error:
        verdict = Verdict(ProbeStatus.INCONCLUSIVE, detail=f"not sent: {error.name} {error.problem}")
    except (NotPermitted, Conflict, CredentialNotFound, StoreFailed) as error:
        verdict = Verdict(ProbeStatus.INCONCLUSIVE, detail=error.message)
    return verdict, granted
