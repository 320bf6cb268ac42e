"""The authorization code grant of OAuth 2.0 for a program of one's own (RFC 6749, 4.1; RFC 7636; RFC 8252)."""

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

from msgspec import field, structs

from nexcred.auth.authorization import Answer, Authorization, challenge_of
from nexcred.auth.device_code import GRANT_TYPE, DeviceCode, NotApproved, device_code_in, pending_in
from nexcred.auth.flow import AuthFlow, Grant, Refused, Request, Response, Session, Verdict
from nexcred.auth.look_up import LookUp
from nexcred.auth.parameter_names import AuthorizeNames, name_of, renamed
from nexcred.auth.request import RequestSpec, mapping_places
from nexcred.auth.token_endpoint import Asking, TokenEndpoint
from nexcred.auth.tokens import Tokens
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render, render_all, render_optional

NOBODY_LOGGED_IN = "nobody has logged in yet"


class AuthorizationCode(
    TokenEndpoint, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="authorization_code", kw_only=True
):
    """A person approves in the browser; what is granted then lives in the session and renews itself.

    `redirect_uri` is where the browser brings the code; `issuer` whom the answer may name (RFC 9207);
    `authorize_parameters` are further ones of the authorization request, such as `access_type`; `authorize_names` are
    the server's own names for those of RFC 6749, where they are not those of the token request. `pkce` is false for
    a server that refuses the parameters of RFC 7636, as no server should (RFC 6749, 3.1). `from_callback` are fields
    by the parameter that the browser brings; `look_up` asks for others once somebody has logged in. By
    `device_authorization_url` somebody logs in without a browser on this machine (RFC 8628); it may be the only way.
    """

    lives_in_session: ClassVar[bool] = True

    authorize_url: str = ""
    device_authorization_url: str = ""
    redirect_uri: str = ""
    issuer: str = ""
    authorize_parameters: dict[str, str] = field(default_factory=dict)
    authorize_names: AuthorizeNames = AuthorizeNames()
    pkce: bool = True
    from_callback: dict[str, str] = field(default_factory=dict)
    look_up: LookUp | None = None

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from super().places(at)
        for name in ("authorize_url", "device_authorization_url"):
            for place in RequestSpec(url=url).places(at) if (url := getattr(self, name)) else ():
                yield place._replace(path=f"{at}.{name}")
        for name in ("redirect_uri", "issuer"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.TEXT)
        yield from mapping_places(f"{at}.authorize_parameters", self.authorize_parameters, TemplateContext.TEXT)
        if self.look_up:
            yield from self.look_up.request.places(f"{at}.look_up.request")

    def requests(self) -> tuple[RequestSpec, ...]:
        pages = (RequestSpec(url=url) for url in (self.authorize_url, self.device_authorization_url) if url)
        looked_up = (self.look_up.request,) if self.look_up else ()
        return (*super().requests(), *pages, *looked_up)

    def expressions(self, at: str, /) -> Iterator[tuple[str, str]]:
        yield from super().expressions(at)
        for name, expression in self.look_up.set.items() if self.look_up else ():
            yield f"{at}.look_up.set.{name}", expression

    def redirect(self, values: TextValues, port: int | None = None) -> str:
        """Return the redirect URI, which has to be registered with the provider; a port replaces its own."""
        redirect_uri = render(self.redirect_uri, values, TemplateContext.TEXT)
        if port is None:
            return redirect_uri
        parts = urlsplit(redirect_uri)
        return parts._replace(netloc=f"{parts.hostname}:{port}").geturl()

    def authorization(self, values: TextValues, *, state: str, verifier: str, port: int | None = None) -> Authorization:
        """Return the authorization to ask for; `state` and `verifier` are random and used once.

        The challenge is S256, never plain, also where the provider says nothing of PKCE: RFC 6749 has it ignore that.
        """
        redirect_uri = self.redirect(values, port)
        asked = {
            "response_type": "code",
            "client_id": render(self.client_id, values, TemplateContext.TEXT),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        if self.pkce:
            asked |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
        if scope := self.scope_in(values):
            asked["scope"] = scope
        further = render_all(self.authorize_parameters, values, TemplateContext.TEXT)
        query = urlencode({**further, **renamed(asked, self.authorize_names, self.names)}, quote_via=quote)
        url = RequestSpec(url=self.authorize_url).build(values).url
        issuer = render_optional(self.issuer, values, TemplateContext.TEXT) or ""
        code_name = name_of("code", self.authorize_names, self.names)
        return Authorization(f"{url}?{query}", redirect_uri, state, verifier, issuer, code_name)

    def redeem(self, authorization: Authorization, answer: Answer, values: TextValues, now: datetime) -> Asking:
        """Exchange the code of the answer for tokens (RFC 6749, 4.1.3), and look up the rest; raise Refused."""
        code = authorization.code_in(answer)
        form = {
            "grant_type": "authorization_code",
            "code": "{authorization_code}",
            "redirect_uri": "{authorization_redirect}",
        }
        if self.pkce:
            form["code_verifier"] = "{authorization_verifier}"
        with_code = {
            **values,
            "authorization_code": code,
            "authorization_redirect": authorization.redirect_uri,
            "authorization_verifier": authorization.verifier,
        }
        brought = {name: answer[parameter] for name, parameter in self.from_callback.items() if answer.get(parameter)}
        grant = yield from self._ask(form, with_code, now, brought)
        return (yield from self.look_up.add_to(grant, values, now)) if self.look_up else grant

    def begin_device(self, values: TextValues, now: datetime) -> Generator[Request, Response, DeviceCode]:
        """Ask for the code that a person enters (RFC 8628, 3.1); raise Refused."""
        response = yield self.token_request({}, values, self.device_authorization_url)
        return device_code_in(response, now, self.answer_places, self.errors)

    def poll_device(
        self, device: DeviceCode, interval_s: int, values: TextValues, now: datetime
    ) -> Generator[Request, Response, Grant | NotApproved]:
        """Ask once whether somebody has approved it (RFC 8628, 3.4); raise Refused where nobody will."""
        form = {"grant_type": GRANT_TYPE, "device_code": "{device_code}"}
        without_scope = structs.replace(self, scope="")
        response = yield without_scope.token_request(form, {**values, "device_code": device.device_code})
        pending = pending_in(response, interval_s, self.answer_places)
        return pending or self.grant_of(self.read_answer(response, now), values)

    def flow(self, values: TextValues, now: datetime, session: Session | None = None, /) -> AuthFlow:
        """Use the session's access token while it is good, else renew it; raise Refused when somebody must log in.

        A session without an access token is renewed at once: that is how one which was refused is asked anew.
        """
        kept = self.kept_grant(session, values, now)
        if kept:
            return kept
        if not session:
            raise Refused(Verdict(ProbeStatus.INCONCLUSIVE, detail=NOBODY_LOGGED_IN))
        tokens = Tokens.of(session)
        if tokens.refresh_token is None:
            detail = "the login has ended, and the provider gave nothing to renew it with"
            raise Refused(Verdict(ProbeStatus.EXPIRED, detail=detail, expires_at=tokens.expires_at))
        form = {"grant_type": "refresh_token", "refresh_token": "{session_refresh_token}"}
        with_token = {**values, "session_refresh_token": tokens.refresh_token}
        return (yield from self._ask(form, with_token, now, tokens.found))

    def _ask(self, form: Mapping[str, str], values: TextValues, now: datetime, found: Mapping[str, str]) -> Asking:
        """Leave the scope out: the code, and the refresh token, stand for what was approved."""
        return structs.replace(self, scope="").ask(form, values, now, found=found)
