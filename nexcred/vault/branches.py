"""Two copies of one vault that were both written to: where they part, and on which of them the vault goes on.

Who belongs to the vault is decided by one of them alone. So the other may have no entry of the roster that the first
has not, but for `restored`, which takes nobody in and nothing away.
"""

from datetime import datetime
from typing import NamedTuple

from nexcred.errors import Replaced, RolledBack, Tampered
from nexcred.vault.anchor import Anchor
from nexcred.vault.belief import FARTHEST, prove_descent
from nexcred.vault.roster import Roster, Seen
from nexcred.vault.roster_entry import parse_entry
from nexcred.vault.roster_replay import (
    ADD,
    REKEY,
    REMOVE,
    RESTORED,
    ROLE,
    SETTINGS,
    TEAM,
    TEAM_ADD,
    TEAM_REMOVE,
    UNSHARE,
)
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.writes import kept_heads, written_at

_SAID = {
    ADD: "somebody joined",
    REMOVE: "somebody left",
    REKEY: "somebody took new keys",
    ROLE: "somebody got another role",
    UNSHARE: "somebody was taken off a credential",
    TEAM: "a team was made",
    TEAM_ADD: "somebody joined a team",
    TEAM_REMOVE: "somebody left a team, or it ended",
    SETTINGS: "a setting changed",
}


class Branch(NamedTuple):
    """One of the two copies. `is_mine` says that it came from what this machine saw last."""

    state: VerifiedState
    snapshot: Snapshot
    is_mine: bool


class Parted(NamedTuple):
    """The copy on which the vault goes on, the other one, and when the last write was made that the first knows of.

    That is in its own past, or was brought into it before; `together` is when both were one, as far as heads tell. With
    `is_contained` the first knows of all that the other one has.
    """

    base: Branch
    other: Branch
    since: datetime
    together: datetime | None
    is_contained: bool


def stands_on(state: VerifiedState, snapshot: Snapshot, anchor: Anchor) -> bool:
    """True for a state that is the anchored one, or is proved to come from it."""
    if state.anchor == anchor:
        return True
    is_older = state.generation < anchor.generation
    if is_older or not state.roster.extends(Seen(anchor.roster_length, anchor.roster_hash)):
        return False
    try:
        prove_descent(state, anchor, snapshot)
    except RolledBack:
        return False
    return True


def part(here: Branch, there: Branch) -> Parted:
    """Find where two copies parted; raise what forbids that one goes on with the changes of the other.

    Raises Replaced, Tampered, RolledBack.
    """
    if here.state.place.vault_id != there.state.place.vault_id:
        raise Replaced("the file holds another vault")
    if here.state.roster.is_first_format or there.state.roster.is_first_format:
        raise Tampered("a copy of version 1 cannot be brought together with another", hint="see: nexcred vault upgrade")
    mine, others = (here, there) if here.is_mine else (there, here)
    if others.state.generation > mine.state.generation + FARTHEST:  # one beyond both is written then: none is left
        raise RolledBack("the other copy says that it has had more writes than the vault can have had")
    base, other = _ordered(here, there)
    past = list(kept_heads(other.state, other.snapshot))
    of_base = {opened.hash for opened in kept_heads(base.state, base.snapshot)}
    brought = {*of_base, *base.state.roster.restored_heads}
    last = next((opened for opened in past if opened.hash in brought), None)
    if last is not None:
        one = next((opened for opened in past if opened.hash in of_base), None)
        together = None if one is None else written_at(one.head)
        return Parted(base, other, written_at(last.head), together, is_contained=last is other.state.head)
    raise RolledBack(
        "the two copies do not come from one state, as far back as either remembers its writes",
        hint="take single values out of the file with: nexcred get NAME/FIELD --vault FILE",
    )


def _ordered(here: Branch, there: Branch) -> tuple[Branch, Branch]:
    """Return first the copy that says who belongs to the vault; raise RolledBack where both do."""
    mine, others = (here, there) if here.is_mine else (there, here)
    if mine.state.head.hash == others.state.head.hash:
        return mine, others
    length = common_length(mine.state.roster, others.state.roster)
    at_mine, at_others = changes_after(mine.state.roster, length), changes_after(others.state.roster, length)
    if at_mine and at_others:
        at_here, at_there = (at_mine, at_others) if here.is_mine else (at_others, at_mine)
        raise RolledBack(
            "both copies changed who belongs to the vault, or who holds what, each in its own way:"
            f" here {', '.join(at_here)}; in the file {', '.join(at_there)}",
            hint="neither can take that over from the other: do on one of them what was done on the other, go on with"
            " that one, and take values out of the other with: nexcred get NAME/FIELD --vault FILE",
        )
    is_longer = others.state.roster.length > length == mine.state.roster.length
    is_others = at_others or (not at_mine and (is_longer or _knows(others, mine)))
    return (others, mine) if is_others else (mine, others)


def _knows(one: Branch, two: Branch) -> bool:
    """True when the newest write of the second is in the past of the first, or was brought into it."""
    wanted = two.state.head.hash
    is_brought = wanted in one.state.roster.restored_heads
    return is_brought or any(opened.hash == wanted for opened in kept_heads(one.state, one.snapshot))


def common_length(one: Roster, two: Roster) -> int:
    """Return how many entries two rosters have in common."""
    pairs = zip(one.hashes, two.hashes, strict=False)
    return next((index for index, (first, second) in enumerate(pairs) if first != second), min(one.length, two.length))


def changes_after(roster: Roster, length: int) -> tuple[str, ...]:
    """Say what the entries after the first so many did, but for those that say nothing of people."""
    ops = (parse_entry(raw, at).body["op"] for at, raw in enumerate(roster.entries[length:], length))
    return tuple(dict.fromkeys(_SAID.get(str(op), str(op)) for op in ops if op != RESTORED))
