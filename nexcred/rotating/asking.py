"""Ask a provider about keys over its hosts alone. Every failure is a CallFailed, and no secret is in what it says."""

import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from math import ceil
from typing import TypeVar

from nexcred.auth.flow import Grant, Refused, Request, Response, Verdict
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.parts import with_secret_parts
from nexcred.errors import NexcredError
from nexcred.http.run_flow import run_flow
from nexcred.http.transport import Transport
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateError
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.probing.plan import fit_to_show
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.rotator import CallFailed

T = TypeVar("T")
PAUSE_S = 2.0


class Asker:
    """Runs flows for a credential and for whoever acts for it. `pause` waits for some seconds."""

    def __init__(self, acting: Acting, pause: Callable[[float], None] = time.sleep) -> None:
        self._acting = acting
        self._pause = pause
        self._hidden: set[Secret] = set()
        for login in filter(None, (acting.own, acting.rotator)):
            self.hide(with_secret_parts(login.method, login.details.fields))

    def now(self) -> datetime:
        return self._acting.clock()

    def own(self, fields: Mapping[str, Value]) -> ActingLogin:
        """Return the credential with these values: the present ones, the former or the new ones."""
        own = self._acting.own
        self.hide(with_secret_parts(own.method, fields))
        return own._replace(details=own.details._replace(fields=fields), authorize=None, session=None)

    def hide(self, fields: Mapping[str, Value]) -> None:
        """Let no message quote these secrets from now on."""
        self._hidden |= {value for value in fields.values() if isinstance(value, Secret)}

    def granted(self, login: ActingLogin, deadline: Deadline) -> Grant:
        """Return what authenticates a login; raise CallFailed."""
        if login.authorize is None:
            values = text_values(login.method, login.details.fields)
            grant = self.ask(login, login.method.auth.flow(values, self.now(), login.session), deadline)
        else:
            with told_as_failed(self._failed):
                grant = login.authorize(deadline)
        self.hide({"token": Secret(grant.token or "")})
        return grant

    def ask(
        self, login: ActingLogin, flow: Generator[Request, Response, T], deadline: Deadline, *, changes: bool = False
    ) -> T:
        """Return what the flow returns; raise CallFailed. One that `changes` something sends nothing else.

        Its failure is unknown where it may have been done all the same: no answer came, or none that can be read.
        """
        transport = Transport(login.policy, environment=self._acting.environment, resolver=self._acting.resolver)
        with told_as_failed(self._failed, changes=changes):
            return run_flow(flow, transport, deadline)

    def patiently(
        self, call: Callable[[], T], deadline: Deadline, patience_s: float, refusals: Collection[ProbeStatus]
    ) -> T:
        """Call again and again while a key that is new is refused; raise the last CallFailed."""
        for _ in range(ceil(patience_s / PAUSE_S)):
            try:
                return call()
            except CallFailed as failed:
                if failed.status not in refusals or failed.is_unknown or deadline.remaining_s() <= PAUSE_S:
                    raise
            self._pause(PAUSE_S)
        return call()

    def until(self, is_seen: Callable[[], bool], deadline: Deadline, patience_s: float) -> None:
        """Look again and again until a change is seen, for as long: a provider may show for a while what was before.

        The change was made: where nobody can look any more, it stays so.
        """
        with suppress(CallFailed):
            for _ in range(ceil(patience_s / PAUSE_S)):
                if is_seen() or deadline.remaining_s() <= PAUSE_S:
                    return
                self._pause(PAUSE_S)

    def wait(self, seconds: float) -> None:
        self._pause(seconds)

    def _failed(self, verdict: Verdict, is_unknown: bool) -> CallFailed:
        shown = fit_to_show(verdict, {str(place): secret for place, secret in enumerate(self._hidden)})
        return CallFailed(shown.status, shown.detail, is_unknown=is_unknown)


@contextmanager
def told_as_failed(failed: Callable[[Verdict, bool], CallFailed], *, changes: bool = False) -> Iterator[None]:
    """Raise CallFailed for whatever keeps a call from being answered; `failed` makes it, without any secret.

    It is told whether what the call `changes` may be done all the same.
    """
    try:
        yield
    except Refused as refused:
        raise failed(refused.verdict, changes and _leaves_open(refused.verdict)) from None
    except TransportFailed as failure:
        verdict = Verdict(failure.status, detail=failure.detail)
        raise failed(verdict, changes and failure.may_have_arrived) from None
    except TemplateError as error:
        raise failed(_not_sent(f"{error.name} {error.problem}"), False) from None
    except NexcredError as error:  # a host that it may not be sent to, or a session that cannot be kept
        raise failed(_not_sent("; ".join(filter(None, (error.message, error.hint)))), False) from None


def _not_sent(why: str) -> Verdict:
    return Verdict(ProbeStatus.INCONCLUSIVE, detail=f"not sent: {why}")


def _leaves_open(verdict: Verdict) -> bool:
    """True for an answer after which it may have been done: a fault of the provider's, or a yes that cannot be read."""
    status = verdict.http_status
    return verdict.status is ProbeStatus.PROVIDER_ERROR or (status is not None and 200 <= status < 300)
