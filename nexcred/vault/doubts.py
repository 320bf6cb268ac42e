"""The questions put to a person about a record, with what is proved of it and what its opened details hold."""

from nexcred.model.credential import Details
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.memory import Doubt
from nexcred.vault.overview import Overview
from nexcred.vault.state import VerifiedState


def inherited_doubt(overview: Overview, details: Details) -> Doubt:
    return Doubt(
        f"the values of '{overview.name}' are from before the vault was upgraded",
        (
            *_values_told(details),
            *(f"{name} (secret)" for name in details.secret_fields),
        ),
        "Are these right?",
        overview.details,
    )


def moved_doubt(
    state: VerifiedState, overview: Overview, proved: VerifiedRecord, said: str, details: Details | None
) -> Doubt:
    """Return what to ask about a moved name; without details, which are others' alone, none of its values.

    `said` is what is odd about it.
    """
    return Doubt(
        said,
        (
            f"added by {state.roster.name_of(overview.owner)}",
            f"values written by {author_of(state, proved)}",
            f"held by {', '.join(sorted(map(state.roster.name_of, proved.list.holders())))}",
            *_values_told(details),
        ),
        "Is this the one that you mean?",
        overview.details,
    )


def _values_told(details: Details | None) -> tuple[str, ...]:
    if details is None:
        return ("its values cannot be shown: they are not shared with this identity",)
    return (
        f"connector {details.connector}",
        f"hosts {', '.join(details.allowed_hosts) or 'those of its connector'}",
        *(f"{name} {value}" for name, value in details.public.items()),
    )


def author_of(state: VerifiedState, proved: VerifiedRecord) -> str:
    if proved.author is None:
        return "nobody known"
    pinned = f", as pinned by {state.roster.name_of(proved.pinned_by)}" if proved.pinned_by is not None else ""
    return state.roster.name_of(proved.author) + pinned
