"""What every scheme has that asks an OAuth 2.0 token endpoint: its address, the client, where the token goes."""

from base64 import b64encode
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from typing import ClassVar, Literal
from urllib.parse import quote_plus

from msgspec import Struct
from msgspec.structs import replace

from nexcred.auth.apply import BEARER, Apply
from nexcred.auth.at_hand import kept_grant, placed
from nexcred.auth.clock import blame_clock
from nexcred.auth.flow import Grant, Refused, Request, Response, Session
from nexcred.auth.parameter_names import TokenNames, renamed
from nexcred.auth.reference_words import resolve_reference
from nexcred.auth.request import RequestSpec, mapping_places
from nexcred.auth.token_answer import BEARER as BEARER_TYPE
from nexcred.auth.token_answer import NO_EXPRESSIONS, AnswerPlaces, ErrorVerdict, tokens_in
from nexcred.auth.token_life import LifeS
from nexcred.auth.tokens import Tokens
from nexcred.model.secret import DOTS
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render_optional

Asking = Generator[Request, Response, Grant]


class TokenEndpoint(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All texts are templates. `client_auth` says how the client proves itself (RFC 6749, 2.3.1), or
    that a field does.

    `parameters` are further ones of the token request, such as an audience; `names` are the server's own for those of
    RFC 6749, `format` what its body is. `ttl_s` is the life of a token whose answer names none. JMESPath are
    `tokens_at`, to the part of the answer that is as RFC 6749 has it, `error_at`, to the code of an error, and
    `message`, to the provider's sentence; `errors` are its own codes and verdicts. `from_answer` finds fields in it.
    """

    # Says of a scheme that its session holds what no field holds, as a rotated refresh token does: then that session is
    # the credential. Any other's session only spares asking again, and proves nothing.
    lives_in_session: ClassVar[bool] = False

    token_url: str
    client_id: str = ""
    client_secret: str = ""
    client_auth: Literal["basic", "body", "{client_auth}"] = "basic"
    scope: str = ""
    scope_separator: Literal[" ", ",", ";", "+", "|"] = " "
    parameters: dict[str, str] = {}
    names: TokenNames = TokenNames()
    format: Literal["form", "json"] = "form"
    headers: dict[str, str] = {}
    apply: Apply = BEARER
    token_type: str = BEARER_TYPE
    ttl_s: LifeS | None = None
    tokens_at: str = ""
    error_at: str = ""
    from_answer: dict[str, str] = {}
    message: str = ""
    errors: dict[str, ErrorVerdict] = {}

    def places(self, at: str, /) -> Iterator[Placeholder]:
        for place in RequestSpec(url=self.token_url).places(at):
            yield place._replace(path=f"{at}.token_url")
        for name in ("client_id", "client_secret", "client_auth", "scope"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.TEXT)
        yield from mapping_places(f"{at}.parameters", self.parameters, TemplateContext.TEXT)
        yield from mapping_places(f"{at}.headers", self.headers, TemplateContext.HEADER)
        yield from self.apply.places(f"{at}.apply")

    def requests(self) -> tuple[RequestSpec, ...]:
        return (RequestSpec(method="POST", url=self.token_url),)

    def expressions(self, at: str, /) -> Iterator[tuple[str, str]]:
        for name in ("tokens_at", "error_at", "message"):
            yield f"{at}.{name}", getattr(self, name)
        for name, expression in self.from_answer.items():
            yield f"{at}.from_answer.{name}", expression

    def ask(
        self,
        form: Mapping[str, str],
        values: TextValues,
        now: datetime,
        *,
        signed: str = "",
        found: Mapping[str, str] = NO_EXPRESSIONS,
    ) -> Asking:
        """Send the token request with the grant's own templates, and return what it grants, to be kept as a session.

        A refresh token that the answer leaves out stays as it was given (RFC 6749, 6). `signed` is an assertion in the
        request: a wrong clock may be why it is refused, and no answer may quote it. What was `found` before stays: who
        logged in may have looked at it. Raises Refused, and TemplateError.
        """
        response = yield self.token_request(form, values)
        try:
            tokens = self.read_answer(response, now)
        except Refused as refused:
            if not signed:
                raise
            verdict = blame_clock(refused.verdict, response, now)
            raise Refused(verdict._replace(detail=verdict.detail.replace(signed, DOTS))) from None
        if tokens.refresh_token is None and "refresh_token" in form:
            tokens = tokens._replace(refresh_token=render_optional(form["refresh_token"], values, TemplateContext.TEXT))
        return self.grant_of(tokens._replace(found={**tokens.found, **found}), values)

    def read_answer(self, response: Response, now: datetime) -> Tokens:
        """Return what an answer grants; raise Refused with what it proves."""
        places, errors = self.answer_places, self.errors
        return tokens_in(response, now, token_type=self.token_type, ttl_s=self.ttl_s, places=places, errors=errors)

    @property
    def answer_places(self) -> AnswerPlaces:
        return AnswerPlaces(self.tokens_at, self.error_at, self.message, self.from_answer)

    def kept_grant(self, session: Session | None, values: TextValues, now: datetime) -> Grant | None:
        """Return the grant of a kept access token that still lives; None when there is none."""
        return kept_grant(self.apply, values, now, session)

    def grant_of(self, tokens: Tokens, values: TextValues) -> Grant:
        """Return the grant of tokens that were just granted."""
        return placed(self.apply, tokens, values, tokens.session)

    def scope_in(self, values: TextValues) -> str:
        """Return the scopes as the server takes them apart; "" for none."""
        scope = render_optional(self.scope, values, TemplateContext.TEXT) or ""
        return scope if self.scope_separator == " " else self.scope_separator.join(scope.split())

    def token_request(self, form: Mapping[str, str], values: TextValues, url: str = "") -> Request:
        """Build the request: what has no value is left out; a client without a secret names itself in the body.

        `url` is another endpoint that is asked in the same way.
        """
        with_scope = {**form, "scope": "{joined_scope}"} if (scope := self.scope_in(values)) else dict(form)
        named = {**renamed(with_scope, self.names), **self.parameters}
        present: dict[str, str] = {name: text for name, text in named.items() if text}
        spec = RequestSpec(method="POST", url=url or self.token_url, headers=dict(self.headers))
        spec = replace(spec, json=present) if self.format == "json" else replace(spec, form=present)
        return self.with_client(spec, values).build({**values, "joined_scope": scope})

    def with_client(self, spec: RequestSpec, values: TextValues) -> RequestSpec:
        """Return a request with a body as the client sends it that this endpoint knows (RFC 6749, 2.3.1)."""
        client_id = render_optional(self.client_id, values, TemplateContext.TEXT)
        client_secret = render_optional(self.client_secret, values, TemplateContext.TEXT)
        if client_id and client_secret and resolve_reference(self.client_auth, values) != "body":
            return replace(spec, headers={**spec.headers, "Authorization": _basic(client_id, client_secret)})
        templates = {"client_id": self.client_id, "client_secret": self.client_secret}
        named = renamed({name: text for name, text in templates.items() if text}, self.names)
        if spec.json is not None:
            return replace(spec, json={**spec.json, **named})
        return replace(spec, form={**(spec.form or {}), **named})


def _basic(client_id: str, client_secret: str) -> str:
    """Encode both as form values first, which basic authentication alone does not (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return f"Basic {b64encode(pair.encode()).decode()}"
