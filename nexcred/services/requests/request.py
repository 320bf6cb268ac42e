"""One request as a credential: authenticated by its scheme, sent to its hosts alone."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

from nexcred.auth.bucket_host import ASKING_STATUSES
from nexcred.auth.challenge import scheme_sent
from nexcred.auth.flow import Grant, Refused, Request, Response, Verdict
from nexcred.auth.request import with_grant
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.found_values import lacks_found, with_found
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.parts import with_secret_parts
from nexcred.errors import HostRefused, InvalidData
from nexcred.http.body import unpacked
from nexcred.http.reach import Resolver
from nexcred.http.transport import Transport
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.template import TemplateContext, TemplateError, render_all
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.resolve import resolve
from nexcred.services.grants.sessions import Sessions, Subject
from nexcred.services.requests.address import url_of
from nexcred.services.requests.no_http import no_http
from nexcred.services.requests.refusals import Refusals
from nexcred.services.requests.told import told_by_answer
from nexcred.services.timeouts import REQUEST_TIMEOUT_S
from nexcred.services.values.decoded import open_to_use
from nexcred.services.values.hosts import sending_policy
from nexcred.vault.vault import Vault

LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
_BASE_URL = "base_url"
_NOTHING: Mapping[str, Value] = MappingProxyType({})
T = TypeVar("T")
_REMEMBERED = 8


class RequestInput(NamedTuple):
    """What was asked for, before it has an address. `method` None is GET, or POST with a body.

    `repeated` are further lines of headers that `headers` has.
    """

    path: str
    method: str | None = None
    headers: Mapping[str, str] = MappingProxyType({})
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    repeated: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return repr_of(self, "method")


class Requester:
    """Sends as one credential; threads may share it. `environment` names proxies and CA bundles."""

    def __init__(
        self,
        vault: Vault,
        credential: Credential,
        sessions: Sessions,
        environment: Mapping[str, str],
        *,
        timeout_s: float = REQUEST_TIMEOUT_S,
        resolver: Resolver = resolve,
    ) -> None:
        """Raise UsageError for a credential that no request can be made with, and what open_to_use does."""
        self.credential = credential
        decoded = open_to_use(vault, credential)
        self.connector: Connector = decoded.connector
        self.method: Method = decoded.method
        self.details: Details = decoded.details
        if isinstance(self.method.auth, LoginAuth):
            raise no_http(credential, self.method.auth)
        self._sessions = sessions
        self.refusals = Refusals(self.method, lambda: sessions.can_renew(self._subject))
        # What an error must not quote: of a long life only what was granted last.
        self._granted: deque[Grant] = deque(maxlen=_REMEMBERED)
        self._lasting: Grant | None = None
        self._timeout_s = timeout_s
        self.policy = sending_policy(self.method, self.details)
        self._transport = Transport(
            self.policy,
            environment=environment,
            resolver=resolver,
            largest_body=LARGEST_ANSWER_BYTES,
            as_sent=True,
        )

    def request_for(self, wanted: RequestInput) -> Request:
        """Return the request with its address, and the headers that this API always wants; raise UsageError."""
        url = url_of(wanted.path, self._base_url)
        given = {name.lower() for name in wanted.headers}
        usual = {name: value for name, value in self._usual_headers.items() if name.lower() not in given}
        method = wanted.method or ("GET" if wanted.body is None else "POST")
        return Request(method, url, usual | dict(wanted.headers), wanted.query, wanted.body, wanted.repeated)

    def send(self, request: Request) -> Response:
        """Return the answer as sent, whatever its status. What was granted earlier and is refused now is renewed once.

        Raises Rejected and NotProved when nothing is granted, HostRefused, TransportFailed, InvalidData.
        """
        deadline = Deadline.after(self._timeout_s)

        def send(grant: Grant) -> Response:
            response = self._send(with_grant(request, grant), deadline)
            other = self.form_asked_for(grant, response.status, response.headers, lambda: response)
            if other is None:
                return response
            response = self._send(with_grant(request, other), deadline)
            self.heard(other, response.status, response.headers)
            return response

        def is_refused(response: Response, grant: Grant) -> bool:
            return self.refusals.is_refused(request.method, readable(response), grant)

        return self.ask(send, is_refused, deadline)

    def _send(self, request: Request, deadline: Deadline) -> Response:
        try:
            return self._transport.send(request, deadline)
        except TransportFailed as failed:
            raise failed.at(urlsplit(request.url).netloc) from None

    def heard(self, grant: Grant, status: int, headers: Mapping[str, str]) -> bool:
        """Tell a grant that wants it of an answer; true where that asks for the same request with the same grant."""
        return grant.hear is not None and grant.hear(status, headers)

    def form_asked_for(
        self, grant: Grant, status: int, headers: Mapping[str, str], read: Callable[[], Response]
    ) -> Grant | None:
        """Return the grant to send the request with again where the answer asks for that: as it is, or in another form.

        The answer is read only where it may ask for the other form.
        """
        if self.heard(grant, status, headers):
            return grant
        if grant.asks_otherwise is None or status not in ASKING_STATUSES:
            return None
        return grant.otherwise if grant.asks_otherwise(readable(read())) else None

    def check(self, url: str) -> None:
        """Raise HostRefused, with the way out, for an address that this credential may not be sent to.

        A fragment is for whoever reads the answer, and never sent.
        """
        with self._explained():
            self.policy.check(urldefrag(url).url)

    def check_redirect(self, asked: str, target: str) -> None:
        """Raise HostRefused for where no answer may lead: elsewhere, and from https to a host allowed by either."""
        url = urljoin(asked, target)
        self.check(url)
        if asked.lower().startswith("https:") and not url.lower().startswith("https:"):
            raise HostRefused("the answer leads from https to plain http, which would show the credential on the way")

    def grant(self, deadline: Deadline) -> Grant:
        """Return what authenticates now; raise as `ask` does."""
        with self._explained():
            return self._granted_now(deadline)

    def ask(
        self,
        send: Callable[[Grant], T],
        is_refused: Callable[[T, Grant], bool],
        deadline: Deadline,
        *,
        began: tuple[Grant, T] | None = None,
    ) -> T:
        """Return the answer to what `send` sends with a grant, once more where that was granted earlier and is refused.

        `began` is a grant that was used already, and its answer. Raises what `send` does.
        """
        with self._explained():
            grant, answer = began or self._begin(send, deadline)
            answer = self._with_other_form(send, is_refused, grant, answer)
            if grant.session is None and grant.hear is None and is_refused(answer, grant):
                renewed = self._sessions.grant(self._subject, deadline, refused=grant)
                if renewed.session is not None or self._is_another(renewed, grant):
                    return self._with_other_form(send, is_refused, *self._sent(send, renewed))
            return answer

    def told(self, response: Response, now: datetime, sent: Mapping[str, Value] = _NOTHING) -> Verdict | None:
        """Return what an answer that is no success says, without what authenticated or was sent; None for a success."""
        scheme = (last.scheme or scheme_sent(last.headers)) if self._granted and (last := self._granted[-1]) else ""
        verdict = told_by_answer(readable(response), self.connector, self.method, self._values, now, scheme)
        return self._fit_to_show(verdict, sent) if verdict else None

    def may_show(self, text: str) -> bool:
        """True for a short text that holds nothing of what authenticates, and no character that moves the cursor."""
        whole = Verdict(ProbeStatus.INCONCLUSIVE, detail=text)
        return text == make_visible(text) and self._fit_to_show(whole).detail == text

    def _fit_to_show(self, verdict: Verdict, sent: Mapping[str, Value] = _NOTHING) -> Verdict:
        from nexcred.probing.plan import fit_to_show  # and all of probing, for what is no success

        others = {f"sent {name}": value for name, value in sent.items()}  # as no field is called
        return fit_to_show(verdict, with_secret_parts(self.method, self.details.fields) | others, list(self._granted))

    @cached_property
    def _subject(self) -> Subject:
        return Subject(self.credential, self.method, self.details)

    @cached_property
    def _values(self) -> dict[str, str | bytes]:
        """Fill in what only a login finds out, which the first request may have to ask for."""
        fields = self.details.fields
        if lacks_found(self.method, fields):
            grant = self.grant(Deadline.after(self._timeout_s))
            with self._explained():
                fields = with_found(self.method, fields, grant.found, self.policy.check)
        return text_values(self.method, fields)

    @property
    def _base_url(self) -> str | None:
        base = self.method.find(_BASE_URL)
        value = self._values.get(base.name) if base else None
        return None if value is None else str(value)

    @property
    def _usual_headers(self) -> Mapping[str, str]:
        """What the probe sends below the base URL, such as the version of an API."""
        base = self.method.find(_BASE_URL)
        probed = self.method.probe.requests() if self.method.probe else ()
        for request in probed if base else ():
            if base and request.url.startswith(f"{{{base.name}}}"):
                return render_all(request.headers, self._values, TemplateContext.HEADER)
        return {}

    def _is_another(self, renewed: Grant, refused: Grant) -> bool:
        """True for what another thread or process was granted meanwhile."""
        same = (renewed.token, renewed.headers) == (refused.token, refused.headers)
        return bool(self.method.auth.requests()) and not same

    def _begin(self, send: Callable[[Grant], T], deadline: Deadline) -> tuple[Grant, T]:
        return self._sent(send, self._granted_now(deadline))

    def _granted_now(self, deadline: Deadline) -> Grant:
        grant = self._lasting or self._sessions.grant(self._subject, deadline)
        self._lasting = grant if grant.hear is not None else None
        return grant

    def _sent(self, send: Callable[[Grant], T], grant: Grant) -> tuple[Grant, T]:
        self._granted.append(grant)
        return grant, send(grant)

    def _with_other_form(
        self, send: Callable[[Grant], T], is_refused: Callable[[T, Grant], bool], grant: Grant, answer: T
    ) -> T:
        """Return the answer; where it is a refusal, that to the other form which the grant may have, if it is none."""
        if grant.otherwise is None or grant.asks_otherwise or not is_refused(answer, grant):
            return answer
        second = send(grant.otherwise)
        if is_refused(second, grant.otherwise):
            return answer
        if grant.otherwise.session is not None:
            self._sessions.remember(self._subject, grant.otherwise.session)
        return second

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say whose credential was refused, and what to do about it."""
        try:
            yield
        except Refused as refused:
            from nexcred.probing.outcome import failure_of

            raise failure_of(refused.verdict, self.connector, self.method, self.credential.name) from None
        except TemplateError as error:
            raise InvalidData(f"{error.name} {error.problem}") from None
        except HostRefused as refused:
            raise self.with_way_out(refused) from None

    def with_way_out(self, refused: HostRefused) -> HostRefused:
        command = f"nexcred update {shell_word(self.credential.name)} --allow-host {refused.authority}"
        hint = f"if you trust that host with it: {command}" if refused.authority else refused.hint
        return HostRefused(refused.message, hint=hint, authority=refused.authority)


def readable(response: Response) -> Response:
    """Return the answer as it was before Content-Encoding, or as it came where that cannot be undone."""
    try:
        return unpacked(response, LARGEST_ANSWER_BYTES)
    except TransportFailed:
        return response
