"""What people are told: one message for all changes of a run. Names are told, and never a secret."""

from collections.abc import Sequence
from datetime import datetime

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.notices.changes import NoticedChange

# Chat programs cut longer messages, or refuse them.
_MOST_LINES = 40
# Opsgenie refuses a title of more than 130 characters.
_LONGEST_SUBJECT = 120


class Notice(NamedTuple):
    """`subject` is one short line, `text` all of it."""

    subject: str
    text: str

    def __repr__(self) -> str:
        return repr_of(self)


def message_of(changes: Sequence[NoticedChange], vault: str, now: datetime, *, names: bool = True) -> Notice:
    """Word the changes; `vault` is what the vault is called. Without `names` only their number and kinds are told."""
    counted = f"{len(changes)} credential{'s' if len(changes) != 1 else ''}"
    subject = f"nexcred: {counted} of the vault {make_visible(vault)} changed"
    lines = [_line(change, now) if names else f"- {_what(change, now)}" for change in changes[:_MOST_LINES]]
    if len(changes) > _MOST_LINES:
        lines.append(f"- and {len(changes) - _MOST_LINES} more: nexcred list")
    short = subject if len(subject) <= _LONGEST_SUBJECT else f"{subject[: _LONGEST_SUBJECT - 1]}…"
    return Notice(short, "\n".join([subject, *lines]))


def _line(change: NoticedChange, now: datetime) -> str:
    name, word = make_visible(change.name), shell_word(change.name)
    then = {
        "refused": f". Mend it with: nexcred update {word}",
        "accepted_again": "",
        "ending": f". Replace it before then: nexcred rotate {word}",
        "hanging": f". Go on with: nexcred rotate --resume {word}",
    }[change.kind]
    why = f" ({make_visible(change.why)})" if change.why else ""
    return f"- {name}: {_what(change, now)}{why}{make_visible(then)}"


def _what(change: NoticedChange, now: datetime) -> str:
    title = make_visible(change.title)
    if change.kind == "refused":
        why = make_visible(change.result.detail)
        word = "has expired" if change.result.status.value == "expired" else "is refused"
        return f"{word} by {title}" + (f" ({why})" if why else "")
    if change.kind == "accepted_again":
        return f"is accepted by {title} again"
    if change.kind == "hanging":
        return f"its rotation at {title} hangs"
    assert change.ends_at is not None
    days = (change.ends_at - now).days
    left = "in less than a day" if days < 1 else f"in {days} day{'s' if days != 1 else ''}"
    return f"ends {left}, on {change.ends_at:%Y-%m-%d}"
