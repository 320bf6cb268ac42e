"""`nexcred config get`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.setting import require_known, setting_of, setting_shape, shown, where_from

EXAMPLES = ("nexcred config get vault", "nexcred config get color --show-origin")


def command(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="SETTING", help="One that nexcred config list shows.")],
    show_origin: Annotated[bool, typer.Option("--show-origin", help="Say where its value comes from.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    require_known(key)
    if json:
        context.streams.json(setting_shape(context, key))
        return
    found = setting_of(context, key)
    origin = f"\t{where_from(key, found) or found.origin}" if show_origin else ""
    context.streams.raw(f"{shown(found.value)}{origin}\n".encode())
