"""The resource owner password credentials grant (RFC 6749, 4.3), for systems that still offer nothing better."""

from collections.abc import Iterator
from datetime import datetime

from nexcred.auth.flow import AuthFlow, Session
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.model.template import Placeholder, TemplateContext, TextValues


class PasswordGrant(
    TokenEndpoint, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="password", kw_only=True
):
    """A user's name and password become a token; the client may be one without a secret, or none."""

    username: str = "{username}"
    password: str = "{password}"  # noqa: S105

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from super().places(at)
        yield Placeholder(f"{at}.username", self.username, TemplateContext.TEXT)
        yield Placeholder(f"{at}.password", self.password, TemplateContext.TEXT)

    def flow(self, values: TextValues, now: datetime, session: Session | None = None, /) -> AuthFlow:
        """Ask, unless the kept token still lives. A refresh token is not used: the password is at hand."""
        kept = self.kept_grant(session, values, now)
        form = {"grant_type": "password", "username": self.username, "password": self.password}
        return kept or (yield from self.ask(form, values, now))
