"""Requests about keys as a connector declares them: with whose login each is sent, and what its answer means."""

import json
from collections.abc import Iterator, Mapping

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.challenge import scheme_sent
from nexcred.auth.flow import Grant, Request, Response, Verdict
from nexcred.auth.pick import is_true, pick
from nexcred.auth.request import RequestSpec
from nexcred.auth.sent import sent_in_either_form
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.auth.tokens import Tokens
from nexcred.connectors.effective import authenticate
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.found_values import lacks_found, with_found
from nexcred.connectors.language.lifecycle_spec import Create, KeyCall, Revoke
from nexcred.connectors.language.pages import UnreadablePage, next_page
from nexcred.connectors.language.spec import Method
from nexcred.connectors.language.status_words import status_matches
from nexcred.connectors.parts import with_secret_parts
from nexcred.http.run_flow import run_flow
from nexcred.http.transport import Transport
from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret, repr_of
from nexcred.model.template import names_in
from nexcred.network.deadline import Deadline
from nexcred.probing.judge import Rules, judge
from nexcred.probing.plan import fit_to_show
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.asking import told_as_failed
from nexcred.rotating.rotator import CallFailed

Fields = Mapping[str, Value]
_MOST_PAGES = 50
_LONGEST_FOUND = 64 * 1024
# No answer has it: by what the call itself accepts it was judged before.
_NO_STATUS = "100"
# Of those that say that nothing was done, the one that does not: the server gave up waiting.
_REQUEST_TIMEOUT = 408


class OldAndNew(NamedTuple):
    """The values of the old key and of the new one, each complete; the same where there is only one."""

    old: Fields
    new: Fields

    def __repr__(self) -> str:
        return repr_of(self)


class KeyCalls:
    """Sends the requests of one credential's connector. Every failure is a CallFailed."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def ask(
        self, call: KeyCall | Revoke, keys: OldAndNew, deadline: Deadline, found: Mapping[str, object] | None = None
    ) -> object:
        """Have something changed; return the document of the answer, None for one that holds none. Raise CallFailed.

        `found` is what `look_up` has returned for this call.
        """
        sending = _Sending(self._acting, call, keys, deadline, changes=True, found=found)
        response = sending.send(sending.build())
        return sending.accepted(response).document

    def look_up(self, call: Create | Revoke, keys: OldAndNew, deadline: Deadline) -> Mapping[str, object]:
        """Return what the call has to know of the old key, by the names that its templates have; raise CallFailed.

        It changes nothing, so that its failure is never unknown.
        """
        if call.look_up is None:
            return {}
        sending = _Sending(self._acting, call.look_up, keys, deadline, changes=False)
        document = sending.accepted(sending.send(sending.build())).document
        found = {f"found.{name}": pick(expression, document) for name, expression in call.look_up.set.items()}
        # Never sent with less: a provider may take what is left out for all that there is.
        lacking = next((name for name, value in found.items() if value in (None, "", [], {})), "")
        if lacking or len(json.dumps(found)) > _LONGEST_FOUND:
            why = f"{lacking} is not in the answer" if lacking else "the answer has too much of it"
            raise CallFailed(ProbeStatus.INCONCLUSIVE, f"not sent: {why} about the old key")
        return found

    def is_by_old(self, call: KeyCall | Revoke) -> bool:
        """True for a call that is sent with the login of the old key."""
        return _who_sends(self._acting, call) == "old"

    def ask_pages(self, call: KeyCall, keys: OldAndNew, deadline: Deadline) -> Iterator[object]:
        """Yield the documents of all pages of an answer; raise CallFailed, also for one whose next page is unknown.

        It changes nothing, so that its failure is never unknown.
        """
        sending = _Sending(self._acting, call, keys, deadline, changes=False)
        request: Request | None = sending.build()
        for _ in range(_MOST_PAGES):
            if request is None:
                return
            response = sending.send(request)
            yield sending.accepted(response).document
            try:
                request = next_page(request, response, self._acting.connector.pages)
            except UnreadablePage as error:
                raise CallFailed(ProbeStatus.INCONCLUSIVE, f"the list has a page after it: {error.problem}") from None
        raise CallFailed(ProbeStatus.INCONCLUSIVE, f"the list has more than {_MOST_PAGES} pages")


class _Sending:
    """One call, with the grant that it is sent with: asked for once, for all its pages."""

    def __init__(
        self,
        acting: Acting,
        call: KeyCall | Revoke,
        keys: OldAndNew,
        deadline: Deadline,
        *,
        changes: bool,
        found: Mapping[str, object] | None = None,
    ) -> None:
        self._acting = acting
        self._call = call
        self._keys = keys
        self._deadline = deadline
        self._changes = changes
        self._found = found or {}
        self._grant: Grant | None = None
        self._login, self._fields = self._who()

    def build(self) -> Request:
        """Fill the request; every value of the old or new key that it names has to be there."""
        assert self._call.request is not None
        values = self._values()
        lacking = next((name for name in _belonging(self._call.request) if name not in values), "")
        if lacking:
            raise CallFailed(ProbeStatus.INCONCLUSIVE, f"not sent: {lacking} is not known")
        spec, auth = self._call.request, self._acting.own.method.auth
        if self._call.by == "client" and isinstance(auth, TokenEndpoint):
            spec = auth.with_client(spec, values)
        with told_as_failed(self._failed):
            request = spec.build(values, self._acting.clock(), self._found)
            # With another's login: that one's hosts, and those that this credential's values may go to.
            self._acting.own.policy.check(request.url)
            return request

    def send(self, request: Request) -> Response:
        """Return the answer, whatever it says. Until the request itself is on its way, nothing is unknown."""
        self._grant = self._grant or self._granted()
        with told_as_failed(self._failed, changes=self._changes):
            flow = sent_in_either_form(request, self._grant)
            self._sent, response = run_flow(flow, self._transport(), self._deadline)
            return response

    def accepted(self, response: Response) -> ParsedResponse:
        """Return the answer of a call that has done what it should; raise CallFailed for any other."""
        answer, call = ParsedResponse.read(response), self._call
        failed = bool(self._acting.connector.failed) and is_true(self._acting.connector.failed, answer.document)
        is_readable = not (answer.is_html or answer.is_stopped)
        is_yes = is_readable and not failed and status_matches(call.accept_status, response.status)
        if is_yes and (not call.expect or is_true(call.expect, answer.document)):
            return answer
        is_refusal = failed or (400 <= response.status < 500 and response.status != _REQUEST_TIMEOUT)
        if is_refusal and isinstance(call, Revoke) and call.already and is_true(call.already, answer.document):
            return answer
        verdict = self._verdict(response)
        if answer.is_success and not failed and verdict.status is not ProbeStatus.BLOCKED:
            # Nothing of it is quoted: it may hold a key that was made, of which nobody here knows the secret.
            lacking = f"lacks what says that it was done ({call.expect})" if is_yes else "is none of those that are due"
            verdict = verdict._replace(detail=f"the answer {lacking}, with status {response.status}")
        elif isinstance(call, Create) and not is_refusal:  # may hold one as well
            verdict = verdict._replace(detail=self._verdict(response._replace(body=b"")).detail)
        raise self._failed(verdict, self._changes and not is_refusal)

    def _who(self) -> tuple[ActingLogin | None, Fields]:
        by = _who_sends(self._acting, self._call)
        if by in ("nobody", "client"):
            return None, {}
        if by == "rotator":
            if self._acting.rotator is None:
                raise CallFailed(
                    ProbeStatus.UNSUPPORTED, "another credential has to do it: nobody was named as rotator"
                )
            return self._acting.rotator, self._acting.rotator.details.fields
        return self._acting.own, self._keys.new if by == "new" else self._keys.old

    def _values(self) -> dict[str, str | bytes]:
        own = self._acting.own
        values: dict[str, str | bytes] = {**text_values(own.method, self._own_fields())}
        for prefix, fields in (("old", self._keys.old), ("new", self._keys.new)):
            values |= {f"{prefix}.{name}": value for name, value in text_values(own.method, fields).items()}
        texts = {name: one if isinstance(one, str) else json.dumps(one) for name, one in self._found.items()}
        return values | self._tokens() | texts

    def _own_fields(self) -> Fields:
        """Return the present values with what only a login finds out: as it is kept, or else asked for now."""
        own = self._acting.own
        if not lacks_found(own.method, own.details.fields):
            return own.details.fields
        found = Tokens.of(own.session).found
        if not found and self._login is own:
            self._grant = self._granted()
            found = self._grant.found
        with told_as_failed(self._failed):
            return with_found(own.method, own.details.fields, found, own.policy.check)

    def _tokens(self) -> dict[str, str]:
        """Return the tokens of the session that the old key has; where there is none, what its fields have of them."""
        own, is_present = self._acting.own, self._keys.old == self._acting.own.details.fields
        kept = Tokens.of(own.session if is_present else None)
        given = {name: self._keys.old.get(name) for name in ("refresh_token", "access_token")}
        revealed = {name: value.reveal() for name, value in given.items() if isinstance(value, Secret)}
        texts = {name: value for name, value in revealed.items() if isinstance(value, str)}
        found = {"refresh_token": kept.refresh_token or "", "access_token": kept.access_token}
        texts |= {name: token for name, token in found.items() if token}
        return {f"session.{name}": token for name, token in texts.items()}

    def _granted(self) -> Grant:
        """Have this login granted what authenticates; no word about keys has been said before."""
        if self._login is None:
            return Grant()
        login = self._login
        with told_as_failed(self._failed):
            if login.authorize is not None and self._fields == login.details.fields:
                return login.authorize(self._deadline)
            flow = authenticate(login.method, self._fields, self._acting.clock())
            return run_flow(flow, self._transport(), self._deadline)

    def _transport(self) -> Transport:
        policy = (self._login or self._acting.own).policy
        return Transport(policy, environment=self._acting.environment, resolver=self._acting.resolver)

    def _verdict(self, response: Response) -> Verdict:
        """Judge by the exceptions that the probe of whoever asked knows, and by what every status means."""
        method: Method = (self._login or self._acting.own).method
        rules = Rules(
            rules=method.probe.rules if method.probe else (),
            # What is forbidden says nothing of the key; what is unauthorized would say that it is dead.
            refusal_unknown=response.status == 401 and bool(method.probe and method.probe.refusal_unknown),
            accept_status=_NO_STATUS,
            content="any",
            message=self._call.message,
            sent=scheme_sent(self._sent.headers),
        )
        verdict = judge(response, rules, self._acting.clock())
        is_known = verdict.status is ProbeStatus.ACCEPTED
        return verdict._replace(status=ProbeStatus.FORBIDDEN) if is_known else verdict

    def _failed(self, verdict: Verdict, is_unknown: bool) -> CallFailed:
        """Return the failure without any secret that took part in it."""
        shown = fit_to_show(verdict, self._hidden(), [self._grant] if self._grant else [])
        return CallFailed(shown.status, shown.detail, is_unknown=is_unknown)

    def _hidden(self) -> dict[str, Value]:
        """Return all values that took part, each under a name of its own."""
        own, rotator = self._acting.own, self._acting.rotator
        of_whom = [(own.method, own.details.fields), (own.method, self._keys.old), (own.method, self._keys.new)]
        if rotator is not None:
            of_whom.append((rotator.method, rotator.details.fields))
        values = {
            f"{number}.{name}": value
            for number, (method, fields) in enumerate(of_whom)
            for name, value in with_secret_parts(method, fields).items()
        }
        return values | {name: Secret(token) for name, token in self._tokens().items()}


def _who_sends(acting: Acting, call: KeyCall | Revoke) -> str:
    """Return by whom a call is sent, where it may be either by who is there."""
    either, _, alone = call.by.partition("_or_")
    return alone if alone and acting.rotator is None else either


def _belonging(request: RequestSpec) -> Iterator[str]:
    """Yield what a request names of the old and the new key, of the session, and of what was looked up."""
    for place in request.places(""):
        yield from (name for name in names_in(place.template) if "." in name)
