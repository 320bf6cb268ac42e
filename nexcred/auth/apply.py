"""Where a granted token goes on later requests."""

from collections.abc import Iterator

from msgspec import Struct

from nexcred.auth.request import mapping_places
from nexcred.model.template import Placeholder, TemplateContext

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


BEARER = Apply(headers={"Authorization": "Bearer {token}"})
