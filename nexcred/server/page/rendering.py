"""HTML out of templates: whatever comes from elsewhere is text there, and what a browser would hide is visible."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from nexcred.model.moments import ago, day, minute, until
from nexcred.model.secret import DOTS
from nexcred.model.text import make_visible
from nexcred.model.times import to_rfc3339
from nexcred.server.call import Reply
from nexcred.server.page.session import PageSession

_TEMPLATES = Path(__file__).parent / "templates"
# Line breaks, and the joiners that make one sign of several.
_KEPT = "\n\t\u200c\u200d\ufe0f"
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_HTML = {"content-type": "text/html; charset=utf-8", **HEADERS}
_HUES = 8


class Rendering:
    """Makes the HTML of one page; threads share it."""

    def __init__(self, session: PageSession, title: str, person: str) -> None:
        self._made = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalized,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._made.globals |= {
            "base": session.base,
            "form_token": session.form_token,
            "vault_title": title,
            "person": person,
            "dots": DOTS,
        }
        self._made.filters |= {
            "as_typed": _as_typed,
            "safe_link": _safe_link,
            "hue": _hue,
            "ago": ago,
            "until": until,
            "day": day,
            "minute": minute,
            "rfc3339": to_rfc3339,
        }

    def reply(self, template: str, values: Mapping[str, object], *, now: datetime, status: int = 200) -> Reply:
        text = self._made.get_template(template).render(now=now, **values)
        return Reply(status, text.encode(), _HTML)


def visible(text: str) -> str:
    """Return a text that comes from elsewhere so that nothing in it hides or turns round what stands beside it."""
    return make_visible(text, keep=_KEPT)


def _finalized(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _as_typed(text: str) -> Markup:
    """Escape a text for a field in which it is to be edited, and sent back as it is."""
    return escape(text)


def _safe_link(url: str) -> str:
    """Return an address that leads to a web page, "" for any other scheme."""
    return url if url.startswith(("https://", "http://")) else ""


def _hue(name: str) -> int:
    """Return one of few colours for a name, always the same."""
    return sum(name.encode()) % _HUES
