"""`nexcred vault add`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.input.vault_name import checked_place, keep_name
from nexcred.cli.render.named_vault import named_vault_shape
from nexcred.local.vault_names import VaultChoice
from nexcred.services.workspace import Workspace

EXAMPLES = (
    "nexcred vault add team /srv/team/vault.db",
    "nexcred vault add keys keyring:",
    "nexcred list --vault team",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call the vault.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="Where it is: a path or a URL.")],
    credential: Annotated[
        str | None,
        typer.Option("--credential", metavar="VAULT:NAME", help="What logs in there: a credential of another vault."),
    ] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    table = {"url": checked_place(url), **({} if credential is None else {"credential": credential})}
    keep_name(context, name, table)
    vault = context.user_settings.vaults[name]
    if json:
        context.streams.json(named_vault_shape(context, name, vault))
    context.streams.note(f"{name} is {vault.url}; use it with: --vault {name}, or always: nexcred vault use {name}")
    store = Workspace(VaultChoice(vault.url, name, vault), context.environment, warn=context.streams.warn).store
    if store.path is not None and not store.exists():
        context.streams.note(f"there is no vault yet; make it with: nexcred vault init --vault {name}")
