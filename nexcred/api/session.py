"""A `requests.Session` as a credential."""

from collections.abc import Mapping
from copy import copy
from functools import partial
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests

from nexcred.api.carrying import can_be_sent_again, carrying
from nexcred.auth.flow import Grant, Response
from nexcred.auth.query import full_url
from nexcred.http.adapter import GuardedAdapter
from nexcred.http.transport import USER_AGENT
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.services.requests.request import Requester, RequestInput

# As `nexcred request` asks for; whatever else there is comes too.
_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json, */*;q=0.9"}


class Session(requests.Session):
    """Sends as one credential, which no request or answer of it shows: it is added on the way out.

    A path without a host goes below the connector's base URL. Redirects are followed on the credential's own hosts,
    and raise errors.HostRefused elsewhere. Threads may share it, as far as they leave its settings alone.
    """

    def __init__(self, adapter: "CredentialAdapter", requester: Requester) -> None:
        super().__init__()
        self.trust_env = False  # .netrc is not for this; proxies and authorities are read by the adapter
        self.headers.update(_HEADERS)
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, adapter)
        self._requester = requester

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Complete the address and the headers that this API always wants."""
        url = str(request.url)
        wanted = self._requester.request_for(RequestInput(url))
        given = {name.lower() for name in (*self.headers, *(request.headers or {}))}
        usual = {name: value for name, value in wanted.headers.items() if name.lower() not in given}
        completed = copy(request)
        completed.url = url if urlsplit(url).scheme else full_url(wanted)
        completed.headers = {**usual, **(request.headers or {})}
        return super().prepare_request(completed)

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Note from where a redirect leads, for the adapter to decide on if it is followed."""
        super().rebuild_auth(prepared_request, response)  # type: ignore[no-untyped-call]
        prepared_request.led_from = str(response.url)  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        return f"<Session of '{make_visible(self._requester.credential.name)}'>"

    def __getstate__(self) -> NoReturn:
        raise TypeError("a session of a credential is not pickled: make one where it is needed")


class CredentialAdapter(GuardedAdapter):
    """Adds what authenticates to each request, anew after a redirect; what was granted earlier is renewed once."""

    def __init__(self, requester: Requester, environment: Mapping[str, str], *, timeout_s: float) -> None:
        super().__init__(requester.policy, environment, timeout_s=timeout_s)
        self._requester = requester
        self._grant_timeout_s = timeout_s

    def send(self, request: requests.PreparedRequest, stream: bool = False, *more: Any, **named: Any) -> Any:
        """Return the answer to the request as it was made: what authenticated it is on neither."""
        self._requester.check_redirect(getattr(request, "led_from", ""), str(request.url))
        sender = super().send

        def send(grant: Grant) -> requests.Response:
            response = sender(carrying(request, grant), stream, *more, **named)
            if can_be_sent_again(request):
                first = response
                other = self._requester.form_asked_for(
                    grant, first.status_code, first.headers, lambda: answer_of(first)
                )
                if other:
                    response = sender(carrying(request, other), stream, *more, **named)
                    self._requester.heard(other, response.status_code, response.headers)
            response.request, response.url = request, str(request.url)
            response.raw.url = request.path_url
            return response

        is_refused = partial(self._is_refused, request, stream=stream)
        return self._requester.ask(send, is_refused, Deadline.after(self._grant_timeout_s))

    def _is_refused(
        self, request: requests.PreparedRequest, response: requests.Response, grant: Grant, *, stream: bool
    ) -> bool:
        """Look into an answer only where it is a refusal by its status, or where it is read to its end anyway."""
        if not can_be_sent_again(request):
            return False
        is_read = not stream or "json" in response.headers.get("Content-Type", "").lower()
        if not self._requester.refusals.may_be(response.status_code, grant, is_read=is_read):
            return False
        return self._requester.refusals.is_refused(str(request.method), answer_of(response), grant)


def answer_of(response: requests.Response) -> Response:
    """Return the answer as flows know it, read to its end and unpacked: its connection is free then."""
    headers = {name.lower(): value for name, value in response.headers.items() if name.lower() != "content-encoding"}
    return Response(response.status_code, headers, response.content)


def session_of(requester: Requester, environment: Mapping[str, str], timeout_s: float) -> Session:
    return Session(CredentialAdapter(requester, environment, timeout_s=timeout_s), requester)
