"""The JSON of `vault adopt`."""

from typing import Literal, TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.services.vaults.adopt import AdoptPlan
from nexcred.vault.parted_records import Difference, Fate, stated_of
from nexcred.vault.roster import Roster
from nexcred.vault.transaction_tree import Lookup


class CopyShape(TypedDict):
    """What one copy of the vault has of a credential: which revision of its values, who says that they wrote it."""

    revision: int
    by: str
    changed_at: str


class DifferenceShape(TypedDict):
    """A credential in which two copies differ; `here` or `file` is null where that one has none.

    `change` says what becomes of the copy that does not go on: its credential is `added`, its values are `newer` and
    follow, or are `copied` to the name in `copied_to`, or all of it is `left_out`; `kept` is what differs otherwise.
    """

    name: str
    change: Fate
    why: str
    copied_to: str | None
    here: CopyShape | None
    file: CopyShape | None


class AdoptShape(TypedDict):
    """What came of two copies. `newest` is the one that the vault goes on with; `outcome` is `followed` where that one
    had all already, and `unchanged` where it is the one here and there was nothing to do.
    """

    vault_id: str
    outcome: Literal["merged", "followed", "unchanged"]
    newest: Literal["here", "file"]
    parted_at: str
    generation: int
    replaced: str | None
    disputed: list[str]
    differences: list[DifferenceShape]


def difference_to_json(one: Difference, plan: AdoptPlan) -> DifferenceShape:
    here, file = (one.base, one.other) if plan.is_here else (one.other, one.base)
    return {
        "name": one.name,
        "change": one.fate,
        "why": one.why,
        "copied_to": one.copy or None,
        "here": _copy(here, plan.rosters[0]),
        "file": _copy(file, plan.rosters[1]),
    }


def _copy(found: Lookup | None, roster: Roster) -> CopyShape | None:
    if found is None:
        return None
    revision, author = stated_of(found)
    return {
        "revision": revision,
        "by": roster.name_of(author),
        "changed_at": to_rfc3339(found.overview.changed_at),
    }
