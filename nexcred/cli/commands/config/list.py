"""`nexcred config list`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.setting import setting_of, setting_shape, shown, where_from
from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.cli.render.table import print_table
from nexcred.local.settings import KNOWN_SETTINGS

EXAMPLES = (
    "nexcred config list",
    "nexcred config list --show-origin      # and which flag, variable or line says so",
)
_HEADINGS = ("SETTING", "VALUE", "FROM", "ABOUT")


def command(
    ctx: typer.Context,
    show_origin: Annotated[bool, typer.Option("--show-origin", help="Say where each value comes from.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if json:
        context.streams.json([setting_shape(context, key) for key in KNOWN_SETTINGS])
        return
    rows = []
    for key, setting in KNOWN_SETTINGS.items():
        found = setting_of(context, key)
        where = (where_from(key, found) or found.origin) if show_origin else ""
        rows.append([Cell(key, BOLD), Cell(shown(found.value)), Cell(where), Cell(setting.about, QUIET)])
    print_table(context.streams, context.terminal, _HEADINGS, rows)
