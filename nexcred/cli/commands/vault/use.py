"""`nexcred vault use`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.setting import tell_changed
from nexcred.errors import UsageError
from nexcred.local.settings_edit import change_setting
from nexcred.local.vault_names import choose_vault, is_name

EXAMPLES = (
    "nexcred vault use team",
    "nexcred vault use personal      # the one in your data folder",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One that nexcred vault list shows.")],
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if not is_name(name):
        raise UsageError("this is no name of a vault", hint="give it one with: nexcred vault add NAME URL")
    change_setting("vault", choose_vault(name, context.user_settings.vaults).name or name)
    tell_changed(context, "vault", as_json=json)
