"""Driving a flow to its grant; and the session of values that are not stored yet."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from nexcred.auth.flow import Grant, Refused, Request, Response, Session
from nexcred.auth.tokens import Tokens
from nexcred.connectors.effective import authenticate
from nexcred.connectors.found_values import check_found
from nexcred.connectors.language.spec import Method
from nexcred.connectors.parts import with_secret_parts
from nexcred.http.reach import Resolver
from nexcred.http.run_flow import run_flow
from nexcred.http.transport import Transport
from nexcred.model.credential import Details
from nexcred.model.times import utc_now
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.probing.plan import fit_to_show
from nexcred.services.values.hosts import policy_for, sending_policy

T = TypeVar("T")


def granted(
    flow: Generator[Request, Response, T],
    method: Method,
    details: Details,
    deadline: Deadline,
    *,
    environment: Mapping[str, str],
    resolver: Resolver = resolve,
    secrets: Sequence[str | None] = (),
) -> T:
    """Ask what the flow asks, of the hosts of these values alone; raise Refused, TransportFailed, TemplateError.

    `secrets` are tokens and the like, which a refusal may not quote either.
    """
    transport = Transport(sending_policy(method, details), environment=environment, resolver=resolver)
    try:
        return run_flow(flow, transport, deadline)
    except Refused as refused:
        hidden = [Grant(token=secret) for secret in secrets if secret]
        raise type(refused)(fit_to_show(refused.verdict, with_secret_parts(method, details.fields), hidden)) from None


def refuse_wrong_found(method: Method, details: Details, kept: Session | None, grant: Grant) -> None:
    """Raise Refused where a grant comes with a value that no field takes, or that leads elsewhere."""
    try:
        check_url = policy_for(method, details).check
        check_found(method, details.fields, Tokens.of(kept).found, grant.found, check_url)
    except Refused as refused:
        secrets = with_secret_parts(method, details.fields)
        raise Refused(fit_to_show(refused.verdict, secrets, [grant])) from None


def secrets_in(session: Session | None) -> tuple[str | None, ...]:
    """Return the tokens of a session."""
    kept = Tokens.of(session)
    return kept.access_token, kept.refresh_token


class PendingSession:
    """Grants for values that are new, from what a login granted or by asking; `session` is to be stored with them.

    One that lives in its session can be asked for no second grant: a rotating refresh token is good once.
    """

    def __init__(
        self,
        method: Method,
        details: Details,
        environment: Mapping[str, str],
        *,
        session: Session | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.session = session
        self._method = method
        self._details = details
        self._environment = environment
        self._clock = clock

    def __call__(self, deadline: Deadline, refused: Grant | None = None) -> Grant:
        if refused is not None:
            return refused
        method, details = self._method, self._details
        flow = authenticate(method, details.fields, self._clock(), self.session)
        secrets = secrets_in(self.session)
        grant = granted(flow, method, details, deadline, environment=self._environment, secrets=secrets)
        self.session = grant.session or self.session
        return grant
