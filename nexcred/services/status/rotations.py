"""Rotations that have begun and do not go on by themselves: of those that this identity may open."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from nexcred.errors import Damaged, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.services.status.row import BoardRow, Look, Trouble
from nexcred.vault.journal import Journal
from nexcred.vault.vault import Vault


def half_rotated(look: Look) -> Iterator[BoardRow]:
    """Yield each that hangs, or whose time has come; one that waits for the end of its grace is in order."""
    for one in look.credentials:
        journal = _journal_of(look.vault, one) if one.has_rotation else None
        if journal is not None and (why := _why(journal, look.now)):
            yield BoardRow(
                Trouble.HALF_ROTATED,
                one.name,
                why,
                f"nexcred rotate --resume {shell_word(one.name)}",
                journal.changed_at,
            )


def _why(journal: Journal, now: datetime) -> str:
    """Say why it does not go on; "" where it waits for its time."""
    if journal.hangs:
        return f"{journal.step}: {journal.hangs}"
    if journal.call is not None:
        return f"{journal.step}: it stopped while the provider was asked ({journal.call.what})"
    if journal.kind == "by_hand" and journal.step == "switched":
        return "switched: until somebody has revoked the old key"
    if journal.step != "switched" or journal.grace_until is None or journal.grace_until <= now:
        return f"{journal.step}: it can go on"
    return ""


def _journal_of(vault: Vault, credential: Credential) -> Journal | None:
    """Return how far it has come; a record that does not prove itself is told of by others."""
    with suppress(Damaged, NotPermitted):
        kept = vault.kept(credential)
        return None if kept is None else kept.journal
    return None
