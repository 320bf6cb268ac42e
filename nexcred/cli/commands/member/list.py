"""`nexcred member list`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.wire.member import listed_member_shape

EXAMPLES = (
    "nexcred member list",
    "nexcred member list --json | jq -r '.[] | select(.role == \"guest\") | .full_name'",
)


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vault = context.vault
    me, teams = vault.identity.fingerprint, vault.teams
    listed = vault.listed_holders() if len(vault.members) > 1 else []
    if json:
        shapes = (listed_member_shape(one, teams, listed, you=one.fingerprint == me) for one in vault.members)
        context.streams.json(list(shapes))
        return
    from nexcred.cli.render.member import HEADINGS, member_rows
    from nexcred.cli.render.table import print_table
    from nexcred.cli.render.waiting import tell_waiting

    print_table(context.streams, context.terminal, HEADINGS, member_rows(vault.members, teams, me))
    tell_waiting(context, listed)
