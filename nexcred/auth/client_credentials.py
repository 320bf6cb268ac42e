"""The client credentials grant (RFC 6749, 4.4): a program asks for a token in its own name."""

from datetime import datetime

from nexcred.auth.flow import AuthFlow, Session
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.model.template import TextValues


class ClientCredentials(
    TokenEndpoint, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="client_credentials", kw_only=True
):
    """The client's own id and secret are the whole credential."""

    client_id: str = "{client_id}"
    client_secret: str = "{client_secret}"  # noqa: S105

    def flow(self, values: TextValues, now: datetime, session: Session | None = None, /) -> AuthFlow:
        """Ask, unless the kept token still lives."""
        kept = self.kept_grant(session, values, now)
        return kept or (yield from self.ask({"grant_type": "client_credentials"}, values, now))
