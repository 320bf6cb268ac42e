"""`nexcred vault settings`."""

from collections.abc import Mapping
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.input.dates import parse_defaults
from nexcred.cli.render.member import recipients_text
from nexcred.cli.render.pairs import pair_lines
from nexcred.cli.render.style import Cell
from nexcred.errors import UsageError
from nexcred.model.text import make_visible
from nexcred.services.vaults.defaults import defaults_of, set_defaults
from nexcred.services.vaults.recipients import Recipients, find_team
from nexcred.vault.vault import Vault
from nexcred.vault.vault_settings import share_by_default
from nexcred.wire.vault import VaultSettingsShape

EXAMPLES = (
    "nexcred vault settings",
    "nexcred vault settings --share-with data     # what anybody adds from now on is shared with the team",
    "nexcred vault settings --rotate-every s3=90d --rotate-every tag:prod=30d --expires github=365d",
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
    expires: Annotated[
        list[str] | None,
        typer.Option(
            "--expires",
            metavar="CONNECTOR=SPAN",
            help="When what nobody entered an end for ends, from the last change of its secret; tag:TAG=…, or =never.",
        ),
    ] = None,
    rotate_every: Annotated[
        list[str] | None,
        typer.Option(
            "--rotate-every",
            metavar="CONNECTOR=SPAN",
            help="How old a secret may become where nobody entered that; tag:TAG=…, or =never.",
        ),
    ] = None,
    rotate_in_place: Annotated[
        bool | None,
        typer.Option(
            "--rotate-in-place/--no-rotate-in-place",
            help="Let `rotate --due` also replace keys whose old one stops working at once.",
            show_default=False,
        ),
    ] = None,
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
    set_defaults(
        vault,
        parse_defaults(expires, "--expires"),
        parse_defaults(rotate_every, "--rotate-every"),
        rotate_in_place=rotate_in_place,
    )
    if json:
        context.streams.json(_shape(vault))
        return
    defaults = defaults_of(vault)
    rows = [
        ("share with", Cell(_shared(vault))),
        ("expires", Cell(_days(defaults.expires))),
        ("rotate every", Cell(_days(defaults.rotate_every))),
        ("rotate in place", Cell("yes: by rotate --due too" if defaults.rotate_in_place else "")),
    ]
    for line in pair_lines(rows, colour=context.terminal.colour_out):
        context.streams.line(line)


def _shape(vault: Vault) -> VaultSettingsShape:
    defaults = defaults_of(vault)
    return {
        "share_with": [team.name for team in vault.teams if team.id in vault.shared_by_default],
        "expires_days": dict(defaults.expires),
        "rotate_every_days": dict(defaults.rotate_every),
        "rotate_in_place": defaults.rotate_in_place,
    }


def _days(defaults: Mapping[str, int]) -> str:
    return "\n".join(make_visible(f"{what}: {days} days") for what, days in defaults.items())


def _shared(vault: Vault) -> str:
    teams = tuple(team for team in vault.teams if team.id in vault.shared_by_default)
    return recipients_text(Recipients(teams=teams)) or "nobody: what is added is held by who adds it"
