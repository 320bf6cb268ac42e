"""HTTP Digest (RFC 7616): the server is asked for its challenge first, and each request answers one."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from nexcred.auth.answer import ParsedResponse, verdict_by_status, verdict_of
from nexcred.auth.challenge import challenges_in
from nexcred.auth.flow import AuthFlow, Grant, Refused, Session
from nexcred.auth.request import RequestSpec
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render


class DigestAuth(Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="digest", kw_only=True):
    """`challenge` is a request without a password, whose refusal says how to prove one. Both texts are templates."""

    lives_in_session: ClassVar[bool] = False

    challenge: RequestSpec
    username: str
    password: str

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from self.challenge.places(f"{at}.challenge")
        yield Placeholder(f"{at}.username", self.username, TemplateContext.USERNAME)
        yield Placeholder(f"{at}.password", self.password, TemplateContext.PASSWORD)

    def requests(self) -> tuple[RequestSpec, ...]:
        return (self.challenge,)

    def expressions(self, _at: str, /) -> Iterator[tuple[str, str]]:
        yield from ()

    def flow(self, values: TextValues, now: datetime, _session: Session | None = None, /) -> AuthFlow:
        """Ask for the challenge; raise Refused where there is none, or none that can be answered."""
        from nexcred.auth.digest_answer import strongest
        from nexcred.auth.digest_state import DigestState  # as all that hashes, for whoever is challenged

        username = render(self.username, values, TemplateContext.USERNAME)
        password = render(self.password, values, TemplateContext.PASSWORD)
        response = yield self.challenge.build(values)
        answer = ParsedResponse.read(response)
        if answer.is_success:
            reason = "the server lets everybody in here, and asks for no password"
            raise Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now))
        challenges = challenges_in(response.headers.get("www-authenticate", ""))
        known = strongest(challenges)
        if known is not None:
            state = DigestState(known, username, password)
            return Grant(finish=state.finish, hear=state.hear, scheme="Digest")
        if response.status == 401:
            names = " or ".join(dict.fromkeys(one.scheme for one in challenges))
            reason = (
                f"the server wants {names}, in a form that nexcred does not know"
                if names
                else "the server names no scheme"
            )
            raise Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now))
        raise Refused(verdict_by_status(answer, now, json_due=False))
