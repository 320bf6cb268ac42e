"""A key at the beginning of each URL's path, as in https://api.example.com/botKEY/getMe."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from nexcred.auth.flow import AuthFlow, Grant, Request, Session
from nexcred.auth.static import NoAuth
from nexcred.model.template import Placeholder, TemplateContext, TextValues, render, render_optional


class PathAuth(NoAuth, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="path", kw_only=True):
    """`path` goes between the host and the request's own path; what `before` says (a field of kind path) before it.

    A value with slashes in it is several parts of the path where there are `several`.
    """

    path: str
    before: str = ""
    several: bool = False

    def places(self, at: str, /) -> Iterator[Placeholder]:
        if self.before:
            yield Placeholder(f"{at}.before", self.before, TemplateContext.TAIL)
        yield Placeholder(f"{at}.path", self.path, self._context)

    def flow(self, values: TextValues, _now: datetime, _session: Session | None = None, /) -> AuthFlow:
        yield from ()
        start = render_optional(self.before, values, TemplateContext.TAIL) or ""
        key = start + render(self.path, values, self._context)
        return Grant(finish=lambda request: _below(f"/{key.lstrip('/')}", request))

    @property
    def _context(self) -> TemplateContext:
        return TemplateContext.PATHS if self.several else TemplateContext.PATH


def _below(key: str, request: Request) -> Request:
    parts = urlsplit(request.url)
    return request._replace(url=urlunsplit(parts._replace(path=key + parts.path)))
