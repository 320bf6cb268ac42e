"""The JWT bearer grant (RFC 7523, 2.1): an assertion, signed with a private key, is exchanged for a token."""

from collections.abc import Iterator
from datetime import datetime

from nexcred.auth.flow import AuthFlow, Session
from nexcred.auth.jwt_spec import JwtSpec
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.model.template import Placeholder, TextValues

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class JwtBearer(
    TokenEndpoint, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="jwt_bearer", kw_only=True
):
    """`jwt` is the assertion: its issuer, audience and, where the provider wants it there, its scope."""

    jwt: JwtSpec

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from super().places(at)
        yield from self.jwt.places(f"{at}.jwt")

    def flow(self, values: TextValues, now: datetime, session: Session | None = None, /) -> AuthFlow:
        """Ask, unless the kept token still lives."""
        kept = self.kept_grant(session, values, now)
        if kept:
            return kept
        assertion = self.jwt.sign(values, now).text
        form = {"grant_type": _GRANT_TYPE, "assertion": "{assertion}"}
        return (yield from self.ask(form, {**values, "assertion": assertion}, now, signed=assertion))
