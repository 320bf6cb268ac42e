"""A yes that something careful needs: y/N at a terminal, `--yes` elsewhere."""

from collections.abc import Iterable, Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.prompter import Tone
from nexcred.errors import NexcredError, UsageError
from nexcred.model.text import make_visible
from nexcred.vault.memory import Doubt

_MOST_PLANNED = 50


def plan(lines: Sequence[str]) -> list[str]:
    """Return what is shown of a plan, however long it is: its first lines, and how many there are more."""
    more = len(lines) - _MOST_PLANNED
    return [*lines[:_MOST_PLANNED], *([f"and {more} more"] if more > 0 else [])]


def confirm_doubt(context: Context, doubt: Doubt) -> bool:
    """Ask about something that only a person can decide; `--yes` does not answer it."""
    context.prompter.tell(make_visible(f"{doubt.what}:"), Tone.CAREFUL)
    for line in doubt.told:
        context.prompter.tell(make_visible(f"  {line}"))
    return context.prompter.confirm(doubt.question)


def require_yes(
    context: Context, told: Iterable[str], question: str, *, doing: str, declined: str, flags: str = "--yes"
) -> None:
    """Tell what is at stake and ask; raise UsageError where nobody can be asked, NexcredError for a no.

    `flags` are what says yes on a command line.
    """
    if not context.terminal.interactive:
        raise UsageError(f"{doing} needs a yes", hint=f"add {flags}, or run it at a terminal")
    for line in told:
        context.prompter.tell(make_visible(line), Tone.CAREFUL)
    if not context.prompter.confirm(question):
        raise NexcredError(declined)
