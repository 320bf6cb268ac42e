"""`nexcred trash list`."""

from collections import Counter
from collections.abc import Collection

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.cli.render.table import print_table
from nexcred.model.moments import ago, minute
from nexcred.model.name import fold_name
from nexcred.vault.trash import Removed
from nexcred.wire.trash import in_trash_shape

EXAMPLES = (
    "nexcred trash list",
    "nexcred trash list --json | jq -r '.[].name'",
)
_HEADINGS = ("NAME", "ID", "CONNECTOR", "REMOVED", "KEPT UNTIL", "SHARED")
_ID_SHOWN = 8


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    found = context.vault.trash()
    if json:
        context.streams.json([in_trash_shape(one) for one in found])
    elif found:
        names = Counter(fold_name(one.credential.name) for one in found)
        several = {name for name, count in names.items() if count > 1}
        print_table(context.streams, context.terminal, _HEADINGS, [_row(context, one, several) for one in found])
    else:
        context.streams.note("the trash is empty")


def _row(context: Context, one: Removed, several: Collection[str]) -> list[Cell]:
    """Show the id where the name alone does not say which one is meant."""
    now, is_one_of_several = context.now(), fold_name(one.credential.name) in several
    return [
        Cell(one.credential.name, BOLD),
        Cell(one.credential.id[:_ID_SHOWN] if is_one_of_several else "", QUIET),
        Cell(one.credential.connector),
        Cell(ago(one.removed_at, now)),
        Cell("the next write" if one.until <= now else minute(one.until)),
        Cell("" if one.is_held else "with others only", QUIET),
    ]
