"""The scheme of OAuth 1.0a (RFC 5849): each request is signed, for a consumer and the token of whom it acts for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from nexcred.auth.flow import AuthFlow, Grant, Request, Session
from nexcred.auth.static import NoAuth
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render, render_optional

SignatureMethod = Literal["HMAC-SHA1", "HMAC-SHA256"]
_TEXTS = ("consumer_key", "consumer_secret", "token", "token_secret")


class OAuth1(NoAuth, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="oauth1", kw_only=True):
    """All texts are templates. Without a `token` the consumer asks for itself; few servers want a `realm`."""

    consumer_key: str
    consumer_secret: str
    token: str = ""
    token_secret: str = ""
    realm: str = ""
    signature_method: SignatureMethod = "HMAC-SHA1"

    def places(self, at: str, /) -> Iterator[Placeholder]:
        for name in _TEXTS:
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.TEXT)
        yield Placeholder(f"{at}.realm", self.realm, TemplateContext.HEADER)

    def flow(self, values: TextValues, now: datetime, _session: Session | None = None, /) -> AuthFlow:
        from secrets import token_hex

        from nexcred.auth.oauth1_signature import Secrets, sign  # as all that hashes, for whoever signs

        yield from ()
        key, consumer_secret, token, token_secret = (
            render_optional(getattr(self, name), values, TemplateContext.TEXT) or "" for name in _TEXTS
        )
        realm = render(self.realm, values, TemplateContext.HEADER)
        known = {"oauth_consumer_key": key, "oauth_token": token, "oauth_signature_method": self.signature_method}

        def finish(request: Request) -> Request:
            own = {"oauth_timestamp": str(int(now.timestamp())), "oauth_nonce": token_hex(16)}
            told = {name: value for name, value in known.items() if value}
            return sign(request, {**told, **own, "oauth_version": "1.0"}, Secrets(consumer_secret, token_secret), realm)

        return Grant(finish=finish, scheme="OAuth", signed_at=now)
