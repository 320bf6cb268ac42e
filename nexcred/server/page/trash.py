"""The trash: what was removed, until when it is kept, and taking it out."""

from nexcred.errors import CredentialNotFound
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.server.call import Call, Reply
from nexcred.server.page.handling import SentForm, lead_to, render
from nexcred.server.page.site import PageSite
from nexcred.server.page.systems import Titles
from nexcred.services.credentials.free_name import free_name
from nexcred.services.credentials.trash import take_out
from nexcred.vault.roster import WRITERS
from nexcred.vault.trash import Removed
from nexcred.vault.vault import Vault


class TrashRow(NamedTuple):
    """What was removed; `free` is a name for it where its own is taken by now, "" where it is not."""

    removed: Removed
    title: str
    free: str

    def __repr__(self) -> str:
        return repr_of(self, "title")


def show_trash(site: PageSite, call: Call) -> Reply:
    """Show it, what was removed last first."""
    call.principal.require_all("delete")
    rows, may_write = call.access.read(_look)
    return render(site, "trash.html", at="credentials", rows=rows, may_write=may_write)


def take_restore(site: PageSite, call: Call, form: SentForm) -> Reply:
    """Bring one back, by its own name or the one that is given."""
    call.principal.require_all("delete")
    name = form.one("name").strip()

    def restore(vault: Vault) -> Credential:
        found = next((one for one in vault.trash() if one.credential.id == call.path["record"]), None)
        if found is None:
            raise CredentialNotFound("nothing with that id is in the trash")
        return take_out(vault, found, name or None)

    restored = call.access.read(restore)
    call.access.note("trash restore", [restored])
    site.say(f"{restored.name} is restored.")
    return lead_to(site, "credentials", restored.id)


def _look(vault: Vault) -> tuple[list[TrashRow], bool]:
    found = sorted(vault.trash(), key=lambda one: one.removed_at, reverse=True)
    titles = Titles()
    return [_row(vault, one, titles[one.credential.connector]) for one in found], vault.role in WRITERS


def _row(vault: Vault, removed: Removed, title: str) -> TrashRow:
    name = removed.credential.name
    free = free_name(name, vault.has) if vault.has(name) else ""
    return TrashRow(removed, title, free)
