"""`nexcred team list`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.wire.team import team_shape

EXAMPLES = (
    "nexcred team list",
    "nexcred team list --json | jq -r '.[] | select(.name == \"data\") | .members[]'",
)


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vault = context.vault
    teams = vault.teams
    listed = vault.listed_holders() if teams else []
    defaults = vault.shared_by_default
    shapes = [team_shape(team, listed, shared_by_default=team.id in defaults) for team in teams]
    if json:
        context.streams.json(shapes)
        return
    if not teams:
        context.streams.note("no team yet: nexcred team add NAME --member WHO")
        return
    from nexcred.cli.render.table import print_table
    from nexcred.cli.render.team import HEADINGS, team_rows
    from nexcred.cli.render.waiting import tell_waiting

    print_table(context.streams, context.terminal, HEADINGS, team_rows(shapes))
    tell_waiting(context, [one for one in listed if one.teams])
