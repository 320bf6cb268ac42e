"""Where a granted token goes on later requests."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from nexcred.auth.body import body_adder
from nexcred.auth.flow import Grant, Session
from nexcred.auth.request import mapping_places
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render_all

_TOKEN = ("token",)


class Apply(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Templates that may name `{token}` beside the fields. `body` adds to a form, else to a JSON object."""

    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    body: dict[str, str] = {}

    def places(self, at: str) -> Iterator[Placeholder]:
        yield from mapping_places(f"{at}.headers", self.headers, TemplateContext.HEADER, _TOKEN)
        yield from mapping_places(f"{at}.query", self.query, TemplateContext.TEXT, _TOKEN)
        yield from mapping_places(f"{at}.body", self.body, TemplateContext.TEXT, _TOKEN)

    def grant(
        self, token: str, values: TextValues, *, expires_at: datetime | None = None, session: Session | None = None
    ) -> Grant:
        """Return the grant that carries the token; raise TemplateError for one that cannot stand in its place."""
        with_token = {**values, "token": token}
        body = render_all(self.body, with_token, TemplateContext.TEXT)
        return Grant(
            headers=render_all(self.headers, with_token, TemplateContext.HEADER),
            query=tuple(render_all(self.query, with_token, TemplateContext.TEXT).items()),
            finish=body_adder(body) if body else None,
            token=token,
            expires_at=expires_at,
            session=session,
        )


BEARER = Apply(headers={"Authorization": "Bearer {token}"})
