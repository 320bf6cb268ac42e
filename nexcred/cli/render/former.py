"""What is known of former secrets, for people."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.cli.render.style import GREEN, QUIET, YELLOW, Cell
from nexcred.model.moments import ago, until
from nexcred.model.shell_word import shell_word

if TYPE_CHECKING:
    from nexcred.services.rotation.former import RevisionState, Superseded

_STYLES = {"present": GREEN, "alive": YELLOW, "revoked": YELLOW, "unknown": YELLOW}


def state_style(state: "RevisionState") -> str:
    """What may work, and is not in use, is to be seen."""
    return _STYLES.get(state, QUIET)


def superseded_cell(superseded: "Sequence[Superseded]", name: str, now: datetime) -> Cell:
    """Name each former secret that may work still, and the command that tells; also what outlives it."""
    told = [superseded_line(one, now) for one in superseded if one.may_work]
    first = next((one.revision for one in superseded if one.may_work), None)
    hint = [] if first is None else [f"nexcred probe {shell_word(name)} --revision {first}"]
    return Cell("\n".join([*told, *_outliving(superseded, now), *hint]), YELLOW)


def superseded_line(one: "Superseded", now: datetime) -> str:
    """Say what is known of one that may work still."""
    said = {"alive": "still works", "revoked": "revoked, not yet proved", "unknown": "nobody has asked with it"}
    former = one.former
    asked = f", asked {ago(former.asked_at, now)}" if former and former.asked_at else ""
    return f"revision {one.revision}: {said[one.state]}{asked}"


def _outliving(superseded: "Sequence[Superseded]", now: datetime) -> list[str]:
    moments = ((one.revision, one.former.outlives_until) for one in superseded if one.former)
    return [
        f"what was issued with revision {revision} ends {until(moment, now)}"
        for revision, moment in moments
        if moment is not None and moment > now
    ]
