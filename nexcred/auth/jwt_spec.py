"""How a spec declares a JWT that nexcred signs itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from nexcred.auth.request import mapping_places
from nexcred.auth.token_life import LifeS
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.template import (
    Placeholder,
    TemplateContext,
    TemplateError,
    TextValues,
    names_in,
    render,
    render_all,
    render_optional,
)

_KNOWN = ("fingerprint",)


class SignedJwt(NamedTuple):
    """A JWT, and when it ends."""

    text: str
    expires_at: datetime

    def __repr__(self) -> str:
        return repr_of(self, "expires_at")


class JwtSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Templates; `claims` may also name `{fingerprint}`, the public key's. `iat` and `exp` are added: `life_s` apart.

    `upper` names the fields whose values stand in upper case in the claims.
    """

    private_key: str = "{private_key}"
    passphrase: str = ""
    key_id: str = ""
    claims: dict[str, str]
    upper: tuple[str, ...] = ()
    life_s: LifeS = 3600

    def places(self, at: str) -> Iterator[Placeholder]:
        for name in ("private_key", "passphrase", "key_id"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.TEXT)
        yield from mapping_places(f"{at}.claims", self.claims, TemplateContext.TEXT, _KNOWN)
        for index, name in enumerate(self.upper):
            yield Placeholder(f"{at}.upper[{index}]", f"{{{name}}}", TemplateContext.TEXT)

    def sign(self, values: TextValues, now: datetime) -> SignedJwt:
        """Return the JWT as of now; raise TemplateError for a key that cannot sign."""
        from nexcred.auth.signing import load_private_key, public_fingerprint, sign_jwt  # and RSA: few requests sign

        pem = render(self.private_key, values, TemplateContext.TEXT)
        passphrase = render_optional(self.passphrase, values, TemplateContext.TEXT) or ""
        try:
            key = load_private_key(pem, passphrase, is_checked=True)
        except ValueError as error:
            named = names_in(self.private_key)
            raise TemplateError(named[0] if named else "the private key", str(error)) from None
        shouted = {name: str(values[name]).upper() for name in self.upper if name in values}
        named_values = {**values, **shouted, "fingerprint": public_fingerprint(key)}
        expires_at = now + timedelta(seconds=self.life_s)
        claims: dict[str, object] = dict(render_all(self.claims, named_values, TemplateContext.TEXT))
        claims |= {"iat": int(now.timestamp()), "exp": int(expires_at.timestamp())}
        key_id = render_optional(self.key_id, values, TemplateContext.TEXT) or ""
        return SignedJwt(sign_jwt(claims, key, key_id), expires_at)
