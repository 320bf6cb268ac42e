"""Schemes that send what the user gave, without asking anybody first: none, headers, query, basic."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from nexcred.auth.at_hand import granted_by_headers
from nexcred.auth.flow import AuthFlow, Grant, Session
from nexcred.auth.request import RequestSpec, mapping_places
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render, render_all


class NoAuth(Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="none"):
    """Nothing is added: a public endpoint, or a key that the probe's own body or path carries."""

    lives_in_session: ClassVar[bool] = False

    def places(self, _at: str, /) -> Iterator[Placeholder]:
        yield from ()

    def requests(self) -> tuple[RequestSpec, ...]:
        return ()

    def expressions(self, _at: str, /) -> Iterator[tuple[str, str]]:
        yield from ()

    def flow(self, _values: TextValues, _now: datetime, _session: Session | None = None, /) -> AuthFlow:
        yield from ()
        return Grant()


class HeadersAuth(NoAuth, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="headers", kw_only=True):
    """One header or several, each a template: a bearer token, a prefixed key, a key beside a tenant."""

    headers: dict[str, str]

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from mapping_places(f"{at}.headers", self.headers, TemplateContext.HEADER)

    def flow(self, values: TextValues, _now: datetime, _session: Session | None = None, /) -> AuthFlow:
        yield from ()
        return granted_by_headers(self.headers, values)


class QueryAuth(NoAuth, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="query", kw_only=True):
    """A key in the URL's query, where logs and proxies see it."""

    query: dict[str, str]

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from mapping_places(f"{at}.query", self.query, TemplateContext.TEXT)

    def flow(self, values: TextValues, _now: datetime, _session: Session | None = None, /) -> AuthFlow:
        yield from ()
        return Grant(query=tuple(render_all(self.query, values, TemplateContext.TEXT).items()))


class BasicLogin(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """RFC 7617 in UTF-8. Both parts are templates, so `{email}/token` with `{api_key}`, or a key with "", are basic."""

    username: str
    password: str = ""

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield Placeholder(f"{at}.username", self.username, TemplateContext.USERNAME)
        yield Placeholder(f"{at}.password", self.password, TemplateContext.PASSWORD)

    def headers(self, values: TextValues) -> dict[str, str]:
        username = render(self.username, values, TemplateContext.USERNAME)
        password = render(self.password, values, TemplateContext.PASSWORD)
        encoded = b64encode(f"{username}:{password}".encode()).decode()
        return {"Authorization": f"Basic {encoded}"}


class BasicAuth(NoAuth, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="basic", kw_only=True):
    """The login of BasicLogin with every request."""

    username: str
    password: str = ""

    @property
    def login(self) -> BasicLogin:
        return BasicLogin(username=self.username, password=self.password)

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from self.login.places(at)

    def flow(self, values: TextValues, _now: datetime, _session: Session | None = None, /) -> AuthFlow:
        yield from ()
        return Grant(headers=self.login.headers(values))
