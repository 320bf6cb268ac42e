"""The style, the script and the icon of the page."""

from pathlib import Path

from nexcred.server.call import Call, Reply
from nexcred.server.failures import refusal
from nexcred.server.page.rendering import HEADERS
from nexcred.server.page.site import PageSite

_FOLDER = Path(__file__).parent / "static"
_KINDS = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def serve_file(_site: PageSite, call: Call) -> Reply:
    """Return one of the few that there are, by its name alone."""
    name = call.path["name"]
    if name not in _KINDS:
        return refusal(404, "no_such_path", "there is nothing at this path")
    return Reply(200, (_FOLDER / name).read_bytes(), {"content-type": _KINDS[name], **HEADERS})
