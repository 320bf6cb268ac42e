"""Describe for people how two copies of a vault differ."""

from nexcred.model.moments import minute
from nexcred.model.shell_word import shell_word
from nexcred.services.vaults.adopt import AdoptPlan
from nexcred.vault.parted_records import Difference, stated_of
from nexcred.vault.roster import Roster
from nexcred.vault.transaction_tree import Lookup


def told_of(plan: AdoptPlan) -> list[str]:
    """Say which copy the vault goes on with, and what becomes of each credential in which they differ."""
    if plan.is_done:
        return []
    newest, other = ("the copy here", "the file") if plan.is_here else ("the file", "the copy here")
    if plan.follows:
        said = "is newer" if plan.differences else f"has all that is in {other}"
        return [f"{newest} {said}", *(_line(one, plan) for one in plan.differences)]
    lines = [f"both copies were written to since {minute(plan.since)}; the vault goes on with {newest}"]
    return lines + ([_line(one, plan) for one in plan.differences] or [f"{other} has nothing that is missing in it"])


def _line(one: Difference, plan: AdoptPlan) -> str:
    other = "the file" if plan.is_here else "the copy here"
    here, file = (one.base, one.other) if plan.is_here else (one.other, one.base)
    has = [("here", here, plan.rosters[0]), ("in the file", file, plan.rosters[1])]
    told = "; ".join(_has(where, found, roster) for where, found, roster in has if found is not None)
    name = shell_word(one.name)
    if one.fate == "added":
        named = "" if one.other is None or one.other.overview.name == one.name else ", since its name is taken"
        return f"{name} comes from {other}{named}{_why(one)} ({told})"
    if one.fate == "newer":
        there = one.name if one.other is None else one.other.overview.name
        named = "" if there == one.name else f", where it is named {shell_word(there)}"
        return f"{name} gets its newer values from {other}{named}{_why(one)} ({told})"
    if one.fate == "copied":
        to = shell_word(one.copy)
        return f"{name} stays, and the values of {other} become {to}, which you alone hold: {one.why} ({told})"
    if one.fate == "left_out":
        return f"{name} of {other} is left out: {one.why} ({told})"
    return f"{name}: {one.why} ({told})"


def _why(one: Difference) -> str:
    return f"; {one.why}" if one.why else ""


def _has(where: str, found: Lookup, roster: Roster) -> str:
    revision, author = stated_of(found)
    return f"{where} revision {revision} by {roster.name_of(author)}"
