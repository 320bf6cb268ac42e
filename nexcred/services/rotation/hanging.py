"""When people are told that a rotation hangs."""

from datetime import datetime, timedelta

from nexcred.vault.journal import Journal

# What nobody went on with for so long needs somebody.
_PATIENCE = timedelta(days=1)


def hangs_at(journal: Journal) -> datetime:
    """Return the moment from which it hangs, also one to come: what says so does at once, what only stands after a day.

    A grace is no hanging, and a person who is to revoke a key by hand has a day for it.
    """
    if journal.hangs and journal.hung_at is not None:
        return journal.hung_at
    waits_until = journal.grace_until if journal.step == "switched" and journal.call is None else None
    return max(journal.changed_at, waits_until or journal.changed_at) + _PATIENCE


def why_it_hangs(journal: Journal) -> str:
    """Say why, without any secret."""
    if journal.hangs:
        return journal.hangs
    if journal.kind == "by_hand" and journal.step == "switched":
        return "somebody has to revoke the old key at the provider"
    return f"nobody has gone on with it since it was {journal.step}"
