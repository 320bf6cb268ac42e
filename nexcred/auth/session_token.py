"""The session token scheme: what the user gave is exchanged for a token that lasts minutes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import Struct

from nexcred.auth.answer import ParsedResponse, verdict_by_status, verdict_of
from nexcred.auth.apply import Apply
from nexcred.auth.at_hand import grant_in_known_form, kept_grant
from nexcred.auth.flow import AuthFlow, Grant, Refused, Session
from nexcred.auth.jwt import jwt_expiry
from nexcred.auth.pick import is_true, pick, pick_text, pick_texts
from nexcred.auth.reference_words import resolve_reference
from nexcred.auth.request import RequestSpec, with_grant
from nexcred.auth.static import BasicLogin
from nexcred.auth.timestamp import parse_timestamp
from nexcred.auth.token_life import LifeS
from nexcred.auth.tokens import LONGEST_TOKEN, Tokens
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import Placeholder, TemplateError, TextValues


class SessionToken(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="session_token", kw_only=True
):
    """`token`, `expires`, `reject` and `message` are JMESPath into the answer; what `reject` finds is a refusal.

    `fallback` puts the token elsewhere, for requests that are refused with it where `apply` puts it. `basic` is the
    login of the request; `from_answer` finds fields in its answer.
    """

    lives_in_session: ClassVar[bool] = False

    request: RequestSpec
    basic: BasicLogin | None = None
    token: str
    apply: Apply
    fallback: Apply | None = None
    ttl_s: LifeS | None = None
    expires: str = ""
    reject: str = ""
    message: str = ""
    from_answer: dict[str, str] = {}

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from self.request.places(f"{at}.request")
        if self.basic:
            yield from self.basic.places(f"{at}.basic")
        yield from self.apply.places(f"{at}.apply")
        if self.fallback:
            yield from self.fallback.places(f"{at}.fallback")

    def requests(self) -> tuple[RequestSpec, ...]:
        return (self.request,)

    def expressions(self, at: str, /) -> Iterator[tuple[str, str]]:
        for name in ("token", "expires", "reject", "message"):
            yield f"{at}.{name}", getattr(self, name)
        for name, expression in self.from_answer.items():
            yield f"{at}.from_answer.{name}", expression

    def flow(self, values: TextValues, now: datetime, session: Session | None = None, /) -> AuthFlow:
        """Exchange, unless the kept token still lives; raise Refused with what the provider's answer proves."""
        kept = kept_grant(self.apply, values, now, session, fallback=self.fallback)
        if kept:
            return kept
        request = self.request.build(values)
        response = yield with_grant(request, Grant(headers=self.basic.headers(values))) if self.basic else request
        answer = ParsedResponse.read(response)
        if answer.is_success and is_true(self.reject, answer.document):
            raise Refused(verdict_of(answer, ProbeStatus.REJECTED, answer.message(self.message), now))
        token = pick_text(resolve_reference(self.token, values), answer.document) if answer.is_success else None
        if token is None:
            raise Refused(verdict_by_status(answer, now, message=self.message))
        if len(token) > LONGEST_TOKEN:
            reason = f"the provider's session token is longer than {LONGEST_TOKEN // 1024} KiB"
            raise Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now))
        try:
            found = pick_texts(self.from_answer, answer.document)
            granted = Tokens(token, self._expiry(answer, token, now), found=found)
            return grant_in_known_form(self.apply, self.fallback, granted, values, session, is_new=True)
        except TemplateError as error:
            reason = f"the provider's session token cannot be sent: {error.problem}"
            raise Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now)) from None

    def _expiry(self, answer: ParsedResponse, token: str, now: datetime) -> datetime | None:
        expires_at = parse_timestamp(pick(self.expires, answer.document)) or jwt_expiry(token)
        if expires_at is None and self.ttl_s is not None:
            expires_at = now + timedelta(seconds=self.ttl_s)
        return expires_at
