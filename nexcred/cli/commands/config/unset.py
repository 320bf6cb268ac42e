"""`nexcred config unset`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.setting import require_known, tell_changed
from nexcred.local.settings import KNOWN_SETTINGS
from nexcred.local.settings_edit import change_setting, keys_in_file
from nexcred.model.text import make_visible

NEEDS_SETTINGS = False
EXAMPLES = ("nexcred config unset vault", "nexcred config unset color --json")


def command(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="SETTING", help="One that stands in the file of settings.")],
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if key not in keys_in_file():
        require_known(key)
    else:
        path = change_setting(key, None)
        if key not in KNOWN_SETTINGS:
            context.streams.note(f"{make_visible(key)} is gone from {make_visible(str(path))}")
            if json:
                context.streams.json(None)
            return
    tell_changed(context, key, as_json=json)
