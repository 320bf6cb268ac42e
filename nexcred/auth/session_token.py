"""The session token scheme: what the user gave is exchanged for a token that lasts minutes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import Struct

from nexcred.auth.answer import Answer, verdict_by_status, verdict_of
from nexcred.auth.apply import Apply
from nexcred.auth.flow import AuthFlow, Grant, Refused, Session
from nexcred.auth.moment import moment_of
from nexcred.auth.pick import is_true, pick, pick_text
from nexcred.auth.request import RequestSpec
from nexcred.auth.tokens import Tokens
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import Place, TemplateError, TextValues


class SessionToken(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="session_token", kw_only=True
):
    """`token`, `expires`, `reject` and `message` are JMESPath into the answer; what `reject` finds is a refusal."""

    lives_in_session: ClassVar[bool] = False

    request: RequestSpec
    token: str
    apply: Apply
    ttl_s: int | None = None
    expires: str = ""
    reject: str = ""
    message: str = ""

    def places(self, at: str, /) -> Iterator[Place]:
        yield from self.request.places(f"{at}.request")
        yield from self.apply.places(f"{at}.apply")

    def requests(self) -> tuple[RequestSpec, ...]:
        return (self.request,)

    def expressions(self, at: str, /) -> Iterator[tuple[str, str]]:
        for name in ("token", "expires", "reject", "message"):
            yield f"{at}.{name}", getattr(self, name)

    def flow(self, values: TextValues, now: datetime, session: Session | None = None, /) -> AuthFlow:
        """Exchange, unless the kept token still lives; raise Refused with what the provider's answer proves."""
        kept = Tokens.of(session)
        if kept.is_usable(now):
            return self.apply.grant(kept.access_token, values, expires_at=kept.expires_at)
        response = yield self.request.build(values)
        answer = Answer.read(response)
        if answer.is_success and is_true(self.reject, answer.document):
            raise Refused(verdict_of(answer, ProbeStatus.REJECTED, answer.message(self.message), now))
        token = pick_text(self.token, answer.document) if answer.is_success else None
        if token is None:
            raise Refused(verdict_by_status(answer, now, message=self.message))
        try:
            return self._grant(token, values, answer, now)
        except TemplateError as error:
            reason = f"the provider's session token cannot be sent: {error.problem}"
            raise Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now)) from None

    def _grant(self, token: str, values: TextValues, answer: Answer, now: datetime) -> Grant:
        expires_at = moment_of(pick(self.expires, answer.document))
        if expires_at is None and self.ttl_s is not None:
            expires_at = now + timedelta(seconds=self.ttl_s)
        session = Tokens(token, expires_at).session if expires_at else None  # one of unknown end is not kept
        return self.apply.grant(token, values, expires_at=expires_at, session=session)
