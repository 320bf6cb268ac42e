"""A key in the body of each request, beside what the request itself says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from nexcred.auth.body import FORM, body_adder
from nexcred.auth.flow import AuthFlow, Grant, Session
from nexcred.auth.reference_words import resolve_reference
from nexcred.auth.request import mapping_places
from nexcred.auth.static import NoAuth
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render_all

_TYPES = {"form": FORM, "json": "application/json"}


class BodyAuth(NoAuth, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="body", kw_only=True):
    """Adds to a form or to a JSON object; where the request has no body, `format` decides, or its field."""

    body: dict[str, str]
    format: Literal["json", "form", "{body_format}"] = "json"

    def places(self, at: str, /) -> Iterator[Placeholder]:
        yield from mapping_places(f"{at}.body", self.body, TemplateContext.TEXT)
        if self.format.startswith("{"):
            yield Placeholder(f"{at}.format", self.format, TemplateContext.TEXT)

    def flow(self, values: TextValues, _now: datetime, _session: Session | None = None, /) -> AuthFlow:
        yield from ()
        content_type = _TYPES.get(resolve_reference(self.format, values), _TYPES["json"])
        return Grant(finish=body_adder(render_all(self.body, values, TemplateContext.TEXT), content_type))
