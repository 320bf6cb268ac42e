"""What the requests to one page share: its session, what is kept between two of them, and how to open the vault."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.server.page.draft import Draft, EditDraft
from nexcred.server.page.job import PageJob
from nexcred.server.page.rendering import Rendering
from nexcred.server.page.session import PageSession
from nexcred.server.page.shelf import Shelf
from nexcred.vault.vault import Vault

_MOST_DRAFTS = 16
_DRAFT_LIFE_S = 30 * 60.0
_MOST_JOBS = 64
_JOB_LIFE_S = 24 * 3600.0
_MOST_SAID = 8


class PageMeans(NamedTuple):
    """What the command line gives the page.

    `open_again` opens the vault once more, for what asks providers in the middle of its work: nobody waits for that.
    `deliver` is the user's own command after a switch. `title` is what the vault is called, `person` who opened it.
    """

    open_again: Callable[[], Vault]
    deliver: Callable[[Credential], Callable[[], str] | None]
    environment: Mapping[str, str]
    state_folder: Path
    now: Callable[[], datetime]
    title: str
    person: str

    def __repr__(self) -> str:
        return repr_of(self)


@dataclass(frozen=True, slots=True)
class PageSite:
    """One page, as long as its process lives. What was typed and not saved yet ends with it."""

    session: PageSession
    means: PageMeans
    rendering: Rendering
    drafts: Shelf[Draft]
    edits: Shelf[EditDraft]
    jobs: Shelf[PageJob]
    on_opening: Callable[[str], None]
    _said: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def make(
        cls, session: PageSession, means: PageMeans, clock: Callable[[], float], on_opening: Callable[[str], None]
    ) -> "PageSite":
        """Make one; `on_opening` is told how each use of the link went."""
        rendering = Rendering(session, means.title, means.person)
        drafts, edits = (
            Shelf[Draft](_MOST_DRAFTS, _DRAFT_LIFE_S, clock),
            Shelf[EditDraft](_MOST_DRAFTS, _DRAFT_LIFE_S, clock),
        )
        jobs = Shelf[PageJob](_MOST_JOBS, _JOB_LIFE_S, clock)
        return cls(session, means, rendering, drafts, edits, jobs, on_opening)

    def path(self, *parts: str) -> str:
        """Return where a screen lies."""
        return "/".join((self.session.base, *parts))

    def say(self, *lines: str) -> None:
        """Have this told at the head of the screen that is shown next."""
        with self._lock:
            self._said.extend(line for line in lines if line)
            del self._said[:-_MOST_SAID]

    def take_said(self) -> tuple[str, ...]:
        with self._lock:
            said = tuple(self._said)
            self._said.clear()
            return said

    def __repr__(self) -> str:
        return repr_of(self)
