"""The refresh token grant alone (RFC 6749, 6): the user was given a refresh token elsewhere."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from nexcred.auth.flow import AuthFlow, Session
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.auth.tokens import Tokens
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render


class RefreshToken(
    TokenEndpoint, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="refresh_token", kw_only=True
):
    """A refresh token that came with a later answer, and is kept in the session, takes the place of the given one."""

    lives_in_session: ClassVar[bool] = True

    client_id: str = "{client_id}"
    client_secret: str = "{client_secret}"  # noqa: S105
    refresh_token: str = "{refresh_token}"  # noqa: S105

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from super().places(at)
        yield Placeholder(f"{at}.refresh_token", self.refresh_token, TemplateContext.TEXT)

    def flow(self, values: TextValues, now: datetime, session: Session | None = None, /) -> AuthFlow:
        """Ask, unless the kept token still lives."""
        kept = self.kept_grant(session, values, now)
        if kept:
            return kept
        tokens = Tokens.of(session)
        newest = tokens.refresh_token or render(self.refresh_token, values, TemplateContext.TEXT)
        form = {"grant_type": "refresh_token", "refresh_token": "{newest}"}
        return (yield from self.ask(form, {**values, "newest": newest}, now, found=tokens.found))
