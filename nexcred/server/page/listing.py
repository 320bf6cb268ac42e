"""The tiles of credentials: what each is, whether it works, and as whom."""

from nexcred.model.credential import Credential
from nexcred.model.name import name_order
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.server.call import Call, Reply
from nexcred.server.page.handling import render
from nexcred.server.page.site import PageSite
from nexcred.server.page.systems import Titles
from nexcred.services.credentials.listing import Filter, select
from nexcred.vault.roster import WRITERS
from nexcred.vault.vault import Vault

_MOST_WORDS = 8


class CredentialTile(NamedTuple):
    """One credential at a glance; `words` are what it is found by. `ends_soon` within a month."""

    credential: Credential
    title: str
    words: str

    def __repr__(self) -> str:
        return repr_of(self, "title")


def show_credentials(site: PageSite, call: Call) -> Reply:
    """Show all, or those that have every word; a script narrows them further while somebody types."""
    query = call.query.get("q", "")
    everything, may_write = call.access.read(_look)
    allowed = call.principal.among("list", everything)
    found = select(allowed, Filter(words=tuple(query.split()[:_MOST_WORDS])), site.means.now())
    titles = Titles()
    tiles = [_tile(one, titles[one.connector]) for one in sorted(found, key=lambda one: name_order(one.name))]
    return render(
        site, "credentials.html", at="credentials", tiles=tiles, query=query, total=len(allowed), may_write=may_write
    )


def _look(vault: Vault) -> tuple[list[Credential], bool]:
    return list(vault.credentials()), vault.role in WRITERS


def _tile(one: Credential, title: str) -> CredentialTile:
    identity = one.probe.identity if one.probe else None
    told = (one.name, title, one.connector, one.description, *one.tags, identity or "", *map(str, one.public.values()))
    return CredentialTile(one, title, " ".join(told).casefold())
