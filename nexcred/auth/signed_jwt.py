"""A JWT that nexcred signs and sends itself, as Snowflake takes it: no token endpoint is asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from nexcred.auth.apply import BEARER, Apply
from nexcred.auth.at_hand import placed
from nexcred.auth.flow import AuthFlow, Session
from nexcred.auth.jwt_spec import JwtSpec
from nexcred.auth.request import RequestSpec
from nexcred.auth.tokens import Tokens
from nexcred.model.template import Placeholder, TextValues


class SignedJwtAuth(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="signed_jwt", kw_only=True
):
    """The JWT is the token, and goes where `apply` puts it."""

    lives_in_session: ClassVar[bool] = False

    jwt: JwtSpec
    apply: Apply = BEARER

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from self.jwt.places(f"{at}.jwt")
        yield from self.apply.places(f"{at}.apply")

    def requests(self) -> tuple[RequestSpec, ...]:
        return ()

    def expressions(self, _at: str, /) -> Iterator[tuple[str, str]]:
        yield from ()

    def flow(self, values: TextValues, now: datetime, _session: Session | None = None, /) -> AuthFlow:
        """Sign anew each time: nothing is asked for it, and nothing kept."""
        yield from ()
        signed = self.jwt.sign(values, now)
        grant = placed(self.apply, Tokens(signed.text, signed.expires_at), values, None)
        return grant._replace(signed_at=now)
