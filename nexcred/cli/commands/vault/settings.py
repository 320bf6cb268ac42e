"""`nexcred vault settings`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.member import recipients_text
from nexcred.cli.render.pairs import pair_lines
from nexcred.cli.render.style import Cell
from nexcred.errors import UsageError
from nexcred.services.vaults.recipients import Recipients, find_team
from nexcred.vault.vault import Vault
from nexcred.vault.vault_settings import share_by_default
from nexcred.wire.vault import VaultSettingsShape

EXAMPLES = (
    "nexcred vault settings",
    "nexcred vault settings --share-with data     # what anybody adds from now on is shared with the team",
    "nexcred vault settings --share-with-nobody",
)


def command(
    ctx: typer.Context,
    share_with: Annotated[
        list[str] | None,
        typer.Option("--share-with", metavar="TEAM", help="Share what is added with this team; repeatable."),
    ] = None,
    share_with_nobody: Annotated[
        bool, typer.Option("--share-with-nobody", help="Share what is added with no team.")
    ] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    if share_with and share_with_nobody:
        raise UsageError("--share-with and --share-with-nobody say the opposite: pass one of them")
    if share_with or share_with_nobody:
        vault.require_writable()
        ids = [find_team(vault, one).id for one in dict.fromkeys(share_with or ())]
        vault.change(lambda copy: share_by_default(copy, dict.fromkeys(ids)))
    if json:
        context.streams.json(_shape(vault))
        return
    for line in pair_lines([("share with", Cell(_shared(vault)))], colour=context.terminal.colour_out):
        context.streams.line(line)


def _shape(vault: Vault) -> VaultSettingsShape:
    return {"share_with": [team.name for team in vault.teams if team.id in vault.shared_by_default]}


def _shared(vault: Vault) -> str:
    teams = tuple(team for team in vault.teams if team.id in vault.shared_by_default)
    return recipients_text(Recipients(teams=teams)) or "nobody: what is added is held by who adds it"
