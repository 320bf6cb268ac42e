"""One request as a credential: authenticated by its scheme, sent to its hosts alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from nexcred.auth.answer import Answer, verdict_by_status
from nexcred.auth.database import DatabaseAuth, Driver
from nexcred.auth.flow import Grant, Refused, Request, Response, Verdict
from nexcred.auth.pick import is_true
from nexcred.auth.request import with_grant
from nexcred.auth.session_token import SessionToken
from nexcred.connectors.effective import text_values
from nexcred.connectors.loader import load_connector
from nexcred.connectors.pages import next_page
from nexcred.connectors.parts import with_secret_parts
from nexcred.connectors.spec import Connector, Method
from nexcred.connectors.values import choose_method
from nexcred.errors import HostRefused, InvalidData, UsageError
from nexcred.http.exchange import Resolver
from nexcred.http.transport import Transport
from nexcred.model.credential import Credential, Details
from nexcred.model.template import Context, TemplateError, render_all
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.probing.plan import fit_to_show
from nexcred.services.hosts import policy_for
from nexcred.services.outcome import failure_of
from nexcred.services.request_url import url_of
from nexcred.services.sessions import Sessions, Subject
from nexcred.vault.vault import Vault

DEFAULT_TIMEOUT_S = 60.0
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
_BASE_URL = "base_url"
_SAFE = ("GET", "HEAD")
_CLIENTS: dict[Driver, str] = {"postgresql": "psql", "mysql": "mysql"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, before it has an address. `method` None is GET, or POST with a body."""

    path: str
    method: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


class Requester:
    """Sends as one credential; threads may share it. `environment` names proxies and CA bundles."""

    def __init__(
        self,
        vault: Vault,
        credential: Credential,
        sessions: Sessions,
        environment: Mapping[str, str],
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        resolver: Resolver = resolve,
    ) -> None:
        """Raise UsageError for a credential that no request can be made with, NotPermitted, UnknownConnector."""
        self.credential = credential
        self.details: Details = vault.details(credential)
        self.connector: Connector = load_connector(self.details.connector)
        self.method: Method = choose_method(self.connector, (), self.details.method)
        if isinstance(self.method.auth, DatabaseAuth):
            raise _no_http(credential, self.method.auth)
        self._sessions = sessions
        self._granted: list[Grant] = []
        self._timeout_s = timeout_s
        self._transport = Transport(
            policy_for(self.method, self.details),
            environment=environment,
            resolver=resolver,
            largest_body=LARGEST_ANSWER_BYTES,
        )

    def request_for(self, wanted: Wanted) -> Request:
        """Return the request with its address, and the headers that this API always wants; raise UsageError."""
        url, query = url_of(wanted.path, self._base_url)
        given = {name.lower() for name in wanted.headers}
        usual = {name: value for name, value in self._usual_headers.items() if name.lower() not in given}
        method = wanted.method or ("GET" if wanted.body is None else "POST")
        return Request(method, url, usual | dict(wanted.headers), (*query, *wanted.query), wanted.body)

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status. What was granted earlier and is refused now is renewed once.

        Raises Rejected and NotProved when nothing is granted, HostRefused, TransportFailed, InvalidData.
        """
        deadline = Deadline.after(self._timeout_s)
        try:
            grant = self._sessions.grant(self._subject, deadline)
            response = self._send(request, grant, deadline)
            if grant.session is None and self._is_refused(request, response):
                renewed = self._sessions.grant(self._subject, deadline, refused=grant)
                if renewed.session is not None:
                    return self._send(request, renewed, deadline)
        except Refused as refused:
            raise failure_of(refused.verdict, self.connector, self.method, self.credential.name) from None
        except TemplateError as error:
            raise InvalidData(f"{error.name} {error.problem}") from None
        except HostRefused as refused:
            raise self._with_way_out(refused) from None
        return response

    def told(self, response: Response, now: datetime) -> Verdict:
        """Return what an answer that is no success says, without what authenticated the request."""
        verdict = verdict_by_status(Answer.read(response), now, json_due=False)
        return fit_to_show(verdict, with_secret_parts(self.method, self.details.fields), self._granted)

    def pages(self, request: Request) -> Iterator[Response]:
        """Send, and go on with the next page while answers are good and name another one."""
        seen = set()
        following: Request | None = request
        while following is not None and (place := (following.url, following.query)) not in seen:
            seen.add(place)
            response = self.send(following)
            yield response
            good = 200 <= response.status < 300
            following = next_page(following, response, self.connector.pages) if good else None

    @cached_property
    def _subject(self) -> Subject:
        return Subject(self.credential, self.method, self.details)

    @cached_property
    def _values(self) -> dict[str, str | bytes]:
        return text_values(self.method, self.details.fields)

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
                return render_all(request.headers, self._values, Context.HEADER)
        return {}

    def _send(self, request: Request, grant: Grant, deadline: Deadline) -> Response:
        """Send with the grant, and where that is refused, with the other form that it may have."""
        self._granted.append(grant)
        response = self._transport.send(with_grant(request, grant), deadline)
        if grant.otherwise is None or not self._is_refused(request, response):
            return response
        second = self._transport.send(with_grant(request, grant.otherwise), deadline)
        if self._is_refused(request, second):
            return response
        if grant.otherwise.session is not None:
            self._sessions.remember(self._subject, grant.otherwise.session)
        return second

    def _with_way_out(self, refused: HostRefused) -> HostRefused:
        command = f"nexcred update '{self.credential.name}' --allow-host {refused.authority}"
        hint = f"if you trust that host with it: {command}" if refused.authority else refused.hint
        return HostRefused(refused.message, hint=hint, authority=refused.authority)

    def _is_refused(self, request: Request, response: Response) -> bool:
        """True for a 401; and where refusals come with 200, for one of those, if asking again changes nothing."""
        if response.status == 401:
            return True
        reject = self.method.auth.reject if isinstance(self.method.auth, SessionToken) else ""
        return bool(reject) and request.method in _SAFE and is_true(reject, Answer.read(response).document)


def _no_http(credential: Credential, auth: DatabaseAuth) -> UsageError:
    client = _CLIENTS[auth.driver]
    return UsageError(
        f"'{credential.name}' is for a database, which takes no HTTP requests",
        hint=f"run: nexcred run -c '{credential.name}' -- {client}",
    )
