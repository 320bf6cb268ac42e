"""Which credentials a command is for: by name, by pattern, by tag."""

from collections.abc import Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.confirm import plan, require_yes
from nexcred.errors import MissingField, Problem
from nexcred.services.credentials.listing import Filter
from nexcred.services.credentials.patterns import Selection, choose, nothing_matches


def choose_or_refuse(
    context: Context,
    patterns: Sequence[str] | None,
    tags: Sequence[str] | None = None,
    *,
    hint: str = "name credentials, or pass --tag",
) -> Selection:
    """Return what is meant; raise MissingField where nothing was said, CredentialNotFound where that is nothing."""
    if not patterns and not tags:
        raise MissingField("PATTERN is missing", hint=hint, problems=(Problem("PATTERN", "is required", "PATTERN"),))
    chosen = choose(context.vault, patterns or (), Filter(tags=tuple(tags or ())), now=context.now())
    if not chosen.credentials:
        raise nothing_matches()
    return chosen


def show_plan(context: Context, chosen: Selection, question: str, *, doing: str, yes: bool) -> None:
    """Show which several were meant that nobody named one by one, and ask what is to be done; raise for a no."""
    if chosen.is_many and not yes:
        told = [f"{one.name} ({one.connector})" for one in chosen.credentials]
        require_yes(context, plan(told), question, doing=doing, declined="nothing was changed")
