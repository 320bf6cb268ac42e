"""`nexcred nexla status`."""

from collections.abc import Sequence

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByTag, Patterns
from nexcred.cli.commands.nexla.push import WithKey
from nexcred.cli.dialogs.nexla import account_meant, awaited, client_of
from nexcred.cli.render.style import BOLD, GREEN, QUIET, YELLOW, Cell
from nexcred.cli.render.table import print_table
from nexcred.model.moments import minute
from nexcred.model.name import name_order
from nexcred.model.shell_word import shell_word
from nexcred.services.credentials.listing import Filter
from nexcred.services.credentials.patterns import choose, nothing_matches
from nexcred.services.nexla.compare import AtBoth, compare
from nexcred.wire.nexla import nexla_status_shape

EXAMPLES = (
    "nexcred nexla status",
    "nexcred nexla status --json | jq -r '.[] | select(.state == \"newer_here\") | .name'",
)
_HEADINGS = ("NAME", "TYPE", "AT NEXLA", "NEXLA ID", "WRITTEN THERE", "VERIFIED", "DETAIL")
_STATES = {
    "current": Cell("current", GREEN),
    "newer_here": Cell("newer here", YELLOW),
    "unknown": Cell("not known", YELLOW),
    "missing": Cell("missing", QUIET),
    "several": Cell("several", YELLOW),
    "no_place": Cell("no place", QUIET),
}
_MOST_TOLD = 5


def command(
    ctx: typer.Context, patterns: Patterns = None, tag: ByTag = None, key: WithKey = None, json: AsJson = False
) -> None:
    context: Context = ctx.obj
    chosen = choose(context.vault, patterns or (), Filter(tags=tuple(tag or ())), now=context.now()).credentials
    if not chosen:
        raise nothing_matches()
    requester = account_meant(context, key)
    context.note_use("nexla status", [requester.credential])
    found = awaited(context, client_of(context, requester).credentials)
    if not patterns:
        chosen = tuple(one for one in chosen if one.id != requester.credential.id)
    compared = compare(context.vault, sorted(chosen, key=lambda one: name_order(one.name)), found)
    if json:
        context.streams.json([nexla_status_shape(one) for one in compared])
        return
    if not compared:
        context.streams.note("there is nothing to compare yet")
        return
    print_table(context.streams, context.terminal, _HEADINGS, [_row(one) for one in compared])
    _tell_next(context, compared)


def _row(one: AtBoth) -> list[Cell]:
    only = one.only
    return [
        Cell(one.credential.name, BOLD),
        Cell(one.credentials_type or ""),
        _STATES[one.state],
        Cell(", ".join(str(found.id) for found in one.found)),
        Cell(minute(only.updated_at) if only and only.updated_at else "", QUIET),
        Cell((only.verified_status or "") if only else ""),
        Cell(one.why, QUIET),
    ]


def _tell_next(context: Context, compared: Sequence[AtBoth]) -> None:
    names = [shell_word(one.credential.name) for one in compared if one.state == "newer_here"]
    if names and len(names) <= _MOST_TOLD:
        context.streams.hint(f"to bring Nexla up to date: nexcred nexla push {' '.join(names)}")
    elif names:
        context.streams.hint(f"{len(names)} are newer here: nexcred nexla push NAME")
