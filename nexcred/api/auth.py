"""A credential as the `auth=` of requests that the program sends by itself."""

from functools import partial
from typing import Any, NoReturn

import requests
from requests.auth import AuthBase

from nexcred.api.carrying import can_be_sent_again, carrying
from nexcred.api.session import answer_of
from nexcred.auth.flow import Grant
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.services.requests.request import Requester
from nexcred.services.timeouts import REQUEST_TIMEOUT_S


class CredentialAuth(AuthBase):
    """Raises errors.HostRefused for a host that the credential may not go to, also when a redirect leads there.

    What authenticates then stands in the request and in its answer's `request`; a session of the credential keeps it
    out of both, and checks the addresses that it dials too.
    """

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        self._requester.check(str(prepared.url))
        plain = prepared.copy()
        grant = self._requester.grant(Deadline.after(REQUEST_TIMEOUT_S))
        sent = self._carrying(plain, grant)
        sent.register_hook("response", partial(self._look, plain, str(sent.url), grant))  # type: ignore[no-untyped-call]
        return sent

    def _look(
        self, plain: requests.PreparedRequest, url: str, grant: Grant, response: requests.Response, **options: Any
    ) -> requests.Response:
        """Stop before a redirect elsewhere; renew what was granted earlier and is refused, once."""
        self._stop_before_elsewhere(response)
        if response.request.url != url or not can_be_sent_again(plain):
            return response

        def send(renewed: Grant) -> requests.Response:
            again: requests.Response = response.connection.send(self._carrying(plain, renewed), **options)
            again.history.append(response)
            self._requester.heard(renewed, again.status_code, again.headers)
            self._stop_before_elsewhere(again)  # which requests would follow unasked
            return again

        read = partial(answer_of, response)
        other = self._requester.form_asked_for(grant, response.status_code, response.headers, read)
        if other:
            return send(other)
        is_refused = partial(self._is_refused, plain)
        deadline = Deadline.after(REQUEST_TIMEOUT_S)
        return self._requester.ask(send, is_refused, deadline, began=(grant, response))

    def _stop_before_elsewhere(self, response: requests.Response) -> None:
        """Raise HostRefused for an answer that leads where the credential may not go."""
        if response.is_redirect:
            self._requester.check_redirect(str(response.url), response.headers["Location"])

    def _carrying(self, plain: requests.PreparedRequest, grant: Grant) -> requests.PreparedRequest:
        """Return what is sent, its address checked again: a bucket may stand in its host."""
        sent = carrying(plain, grant)
        self._requester.check(str(sent.url))
        return sent

    def _is_refused(self, plain: requests.PreparedRequest, response: requests.Response, grant: Grant) -> bool:
        if not self._requester.refusals.may_be(response.status_code, grant):
            return False
        return self._requester.refusals.is_refused(str(plain.method), answer_of(response), grant)

    def __repr__(self) -> str:
        return f"<CredentialAuth of '{make_visible(self._requester.credential.name)}'>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("the auth of a credential is not pickled")
