"""Every screen of the page, and every form."""

from nexcred.server.endpoint import Endpoint
from nexcred.server.page.adding import show_form, take_form
from nexcred.server.page.board import show_board
from nexcred.server.page.changing import (
    show_labels,
    show_removal,
    take_labels,
    take_removal,
    take_share,
    take_unshare,
)
from nexcred.server.page.editing import show_values, take_values
from nexcred.server.page.entry import enter
from nexcred.server.page.gate import ENTRY
from nexcred.server.page.handling import Show, Take, fetched, posted, shown
from nexcred.server.page.jobs import show_job, tell_job
from nexcred.server.page.listing import show_credentials
from nexcred.server.page.logging_in import take_login, take_pasted
from nexcred.server.page.one import show_one
from nexcred.server.page.probing import take_probe, take_probe_all
from nexcred.server.page.rotating import show_rotation, take_rotation
from nexcred.server.page.site import PageSite
from nexcred.server.page.static_files import serve_file
from nexcred.server.page.systems import show_systems
from nexcred.server.page.trash import show_trash, take_restore

_BELOW = "/page/{key}"
_SCREENS: dict[str, tuple[str, Show]] = {
    "/credentials": ("the tiles of credentials", show_credentials),
    "/credentials/{record}": ("one credential", show_one),
    "/credentials/{record}/labels": ("the form of name, description and tags", show_labels),
    "/credentials/{record}/values": ("the form of its values", show_values),
    "/credentials/{record}/rotate": ("how its key is replaced", show_rotation),
    "/credentials/{record}/remove": ("what removing it comes to", show_removal),
    "/trash": ("what was removed", show_trash),
    "/add": ("the tiles of systems", show_systems),
    "/add/{connector}": ("the form of a new credential", show_form),
    "/board": ("what is wrong or due", show_board),
    "/jobs/{job}": ("what goes on", show_job),
    "/static/{name}": ("a file of the page", serve_file),
}
# Those that ask a provider before they answer are slow.
_FORMS: dict[str, tuple[str, Take, bool]] = {
    "/add/{connector}": ("test or save a new credential", take_form, True),
    "/probe": ("probe every credential", take_probe_all, False),
    "/credentials/{record}/probe": ("probe one credential", take_probe, False),
    "/credentials/{record}/login": ("log in with one credential", take_login, True),
    "/credentials/{record}/labels": ("change name, description and tags", take_labels, False),
    "/credentials/{record}/values": ("test or save other values", take_values, True),
    "/credentials/{record}/share": ("share it", take_share, False),
    "/credentials/{record}/unshare": ("end sharing it", take_unshare, False),
    "/credentials/{record}/rotate": ("replace its key", take_rotation, False),
    "/credentials/{record}/remove": ("put it into the trash", take_removal, False),
    "/trash/{record}": ("bring one back", take_restore, False),
    "/jobs/{job}/answer": ("take a pasted answer to a login", take_pasted, False),
}


def endpoints(site: PageSite) -> list[Endpoint]:
    """Return them all, with the link that leads there."""
    screens = [
        Endpoint("GET", _BELOW + path, told, shown(site, show), {200: None}, scheme="page")
        for path, (told, show) in _SCREENS.items()
    ]
    forms = [
        Endpoint("POST", _BELOW + path, told, posted(site, take), {303: None}, is_slow=is_slow, scheme="page")
        for path, (told, take, is_slow) in _FORMS.items()
    ]
    entry = Endpoint("GET", f"{ENTRY}{{word}}", "open the page once", shown(site, enter), {200: None}, scheme="open")
    path, told = f"{_BELOW}/jobs/{{job}}/progress", "how far it has come"
    progress = Endpoint("GET", path, told, fetched(site, tell_job), {200: None}, scheme="page")
    return [entry, *screens, *forms, progress]
