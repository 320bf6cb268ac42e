"""The tiles of systems to add a credential of, found by words and by category."""

from nexcred.connectors.load.index import IndexEntry, known_systems, matching_systems
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.server.call import Call, Reply
from nexcred.server.page.handling import render
from nexcred.server.page.site import PageSite

_MOST_WORDS = 8


class SystemTile(NamedTuple):
    """One system at a glance; `words` are what it is found by."""

    name: str
    title: str
    about: str
    category: str
    words: str
    is_own: bool

    def __repr__(self) -> str:
        return repr_of(self, "name")


def show_systems(site: PageSite, call: Call) -> Reply:
    """Show all, or those that are looked for; a script narrows them further while somebody types."""
    call.principal.require_all("write")
    query, category = call.query.get("q", ""), call.query.get("category", "")
    known = systems()
    found = matching_systems(known, query.split()[:_MOST_WORDS], category)
    tiles = sorted((_tile(one) for one in found), key=lambda tile: tile.title.casefold())
    categories = sorted({one.category for one in known if one.category})
    return render(
        site, "systems.html", at="add", tiles=tiles, query=query, category=category, categories=categories,
        total=len(known),
    )  # fmt: skip


def systems() -> tuple[IndexEntry, ...]:
    """Return every connector; one whose file is wrong is left out, as `nexcred doctor` tells."""
    return known_systems()


class Titles:
    """What people call the systems, as the folders of connectors say now: looked through once for a whole screen."""

    def __init__(self) -> None:
        self._by_name = {one.name: one.title for one in systems()}

    def __getitem__(self, connector: str) -> str:
        """Return the name itself of what is not known here any more."""
        return self._by_name.get(connector, connector)


def title_of(connector: str) -> str:
    """Return what one system is called by people; of several ask `Titles`."""
    return Titles()[connector]


def _tile(one: IndexEntry) -> SystemTile:
    about = " ".join(one.about.split()).partition(". ")[0].rstrip(".")
    return SystemTile(one.name, one.title, about, one.category, one.words, bool(one.file))
