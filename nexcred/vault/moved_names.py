"""Names that lead to another record than this machine remembers, and the words for it."""

from collections.abc import Callable, Iterable, Iterator

from nexcred.errors import NameMoved, NotPermitted
from nexcred.model.shell_word import shell_word
from nexcred.vault.overview import Overview
from nexcred.vault.overviews import ignore, open_overviews, overview_digests
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot

# Yields what stands in the vault by now, in any order. It takes as long as a list, so only a moved name asks for it.
Standing = Callable[[], Iterable[Overview]]


def standing_in(state: VerifiedState, snapshot: Snapshot) -> Iterator[Overview]:
    """Yield each overview that opens and is not in the trash; a guest's are those granted to it."""
    for _, overview in open_overviews(state, snapshot, overview_digests(state, snapshot, ignore), ignore):
        yield overview


def name_now(record_id: bytes, standing: Standing) -> str | None:
    """Return the present name of a record; None where it is gone."""
    return next((one.name for one in standing() if one.record_id == record_id), None)


def leads_elsewhere(overview: Overview, former: str | None) -> str:
    """Say that a name is not what it was here; `former` is the present name of what it led to."""
    said = f"'{overview.name}' leads to another record than on this machine before"
    return said if former is None else f"{said} (that one is '{former}' now)"


def known_as(overview: Overview, known: str | None) -> str:
    """Say that a record had another name here; `known` is that name, where it leads to another record by now."""
    said = f"'{overview.name}' is a credential that this machine knows by another name"
    return said if known is None else f"{said}: '{known}', which leads to another record now"


def name_moved(overview: Overview, said: str, hint: str = "") -> NameMoved:
    """Return the error; its hint asks to look at what the name leads to now, unless another hint is given."""
    return NameMoved(said, hint=hint or _look_at(overview), record=overview.record_id.hex())


def never_used(overview: Overview) -> NotPermitted:
    """Return the failure for a name that nobody on this machine has used, where a guest would take it for right."""
    return NotPermitted(
        f"'{overview.name}' was never used on this machine, and any member could have made the name lead there",
        hint=_look_at(overview),
    )


def _look_at(overview: Overview) -> str:
    return f"look at it, then say that it is right, with: nexcred trust {shell_word(overview.name)}"
