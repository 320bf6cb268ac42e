"""`nexcred vault list`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.named_vault import default_vault, named_vault_shape, named_vaults
from nexcred.cli.render.setting import where_from
from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.cli.render.table import print_table
from nexcred.local.settings import DEFAULT

EXAMPLES = (
    "nexcred vault list",
    "nexcred vault list --json | jq -r '.[] | select(.default) | .url'",
)
_HEADINGS = ("NAME", "VAULT", "MOVED TO", "LOGIN", "USED")
_ALWAYS = "when none is named"


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vaults, default = named_vaults(context), default_vault(context)
    shapes = [named_vault_shape(context, name, vault) for name, vault in vaults.items()]
    if json:
        context.streams.json(shapes)
        return
    rows = [
        [
            Cell(shape["name"], BOLD),
            Cell(shape["url"]),
            Cell(shape["moved_to"] or ""),
            Cell(shape["credential"] or ""),
            Cell(_ALWAYS * (shape["name"] == default), QUIET),
        ]
        for shape in shapes
    ]
    print_table(context.streams, context.terminal, _HEADINGS, rows)
    found = context.setting("vault")
    if default not in vaults:
        context.streams.note(f"{_ALWAYS}, {default} is used ({where_from('vault', found)})")
    elif found.origin != DEFAULT:
        context.streams.note(f"{default} is used {_ALWAYS}: {where_from('vault', found)}")
