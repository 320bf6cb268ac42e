"""`nexcred vault forget`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.named_vault import named_vault_shape
from nexcred.errors import Conflict, UsageError
from nexcred.local.settings_edit import forget_vault
from nexcred.local.vault_names import PERSONAL, choose_vault, is_name

EXAMPLES = (
    "nexcred vault forget team      # its name alone: the vault stays where it is",
    "nexcred vault use personal && nexcred vault forget team",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One that nexcred vault list shows.")],
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    settings = context.user_settings
    if not is_name(name):
        raise UsageError("this is no name of a vault", hint="see them with: nexcred vault list")
    choice = choose_vault(name, settings.vaults)
    name, vault = choice.name or name, choice.table
    if vault is None:
        raise Conflict(f"{PERSONAL} is what the vault in your data folder is always called")
    if str(settings.kept.get("vault", "")).casefold() == name.casefold():
        raise Conflict(
            f"{name} is the vault that is used when none is named",
            hint=f"first use another one: nexcred vault use {PERSONAL}",
        )
    shape = named_vault_shape(context, name, vault)
    forget_vault(name)
    if json:
        context.streams.json(shape)
    context.streams.note(f"{name} is no name of yours any more; the vault stays at {vault.url}")
