"""`nexcred member list`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.wire.member import member_shape

EXAMPLES = (
    "nexcred member list",
    "nexcred member list --json | jq -r '.[] | select(.role == \"guest\") | .full_name'",
)


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vault = context.vault
    if json:
        me = vault.identity.fingerprint
        context.streams.json([member_shape(one, you=one.fingerprint == me) for one in vault.members])
        return
    from nexcred.cli.render.member import HEADINGS, member_rows
    from nexcred.cli.render.table import print_table

    print_table(context.streams, context.terminal, HEADINGS, member_rows(vault.members, vault.identity.fingerprint))
