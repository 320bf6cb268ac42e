"""Which answers say that what authenticated a request is taken no more, so that a new grant may help."""

from collections.abc import Callable
from functools import cached_property

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.flow import Grant, Response
from nexcred.auth.pick import is_true
from nexcred.auth.session_token import SessionToken
from nexcred.connectors.language.spec import Method, Rule
from nexcred.probing.judge import rule_that_holds

_SAFE = ("GET", "HEAD")


class Refusals:
    """Those of one method; `can_renew` says whether another grant can be had without a person."""

    def __init__(self, method: Method, can_renew: Callable[[], bool]) -> None:
        self._can_renew = can_renew
        self._rules: tuple[Rule, ...] = method.probe.rules if method.probe else ()
        # Tells a refusal from what was asked for, where both come with 200.
        self._refuses_by = method.auth.reject if isinstance(method.auth, SessionToken) else ""

    def is_refused(self, method: str, response: Response, grant: Grant) -> bool:
        """True for a 401, and where refusals come with 200, for one of those, if asking again changes nothing.

        A token whose end nobody told may have ended where the answer is a 403, or what the spec calls expired.
        """
        if response.status == 401:
            return True
        if self._refuses_by and method in _SAFE and is_true(self._refuses_by, ParsedResponse.read(response).document):
            return True
        may_be_its_end = grant.has_unknown_end and (response.status == 403 or self._says_expired(response))
        return may_be_its_end and self._can_renew()

    def may_be(self, status: int, grant: Grant, *, is_read: bool = True) -> bool:
        """True for an answer that has to be looked into; of one that nobody reads to its end the status alone tells."""
        if status == 401 or (status == 403 and grant.has_unknown_end):
            return True
        return is_read and (bool(self._refuses_by) or (grant.has_unknown_end and self._knows_expired))

    @cached_property
    def _knows_expired(self) -> bool:
        return any(rule.verdict == "expired" for rule in self._rules)

    def _says_expired(self, response: Response) -> bool:
        rule = rule_that_holds(response, self._rules) if self._knows_expired else None
        return rule is not None and rule.verdict == "expired"
