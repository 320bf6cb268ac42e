"""`nexcred history`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Name
from nexcred.cli.render.former import state_style
from nexcred.cli.render.style import QUIET, Cell
from nexcred.cli.render.table import print_table
from nexcred.model.moments import minute
from nexcred.services.rotation.former import states_of
from nexcred.wire.revision import revision_shape

EXAMPLES = (
    "nexcred history aventri",
    "nexcred history aventri --json",
)


def command(ctx: typer.Context, name: Name, json: AsJson = False) -> None:
    context: Context = ctx.obj
    credential = context.find(name)
    context.note_use("history", [credential])
    with context.vault.snapshot():
        revisions = context.vault.history(credential)
        states = states_of(context.vault, credential, [revision.version for revision in revisions])
    if json:
        context.streams.json([revision_shape(revision, states[revision.version]) for revision in revisions])
        return
    rows = [
        [
            Cell(str(revision.version)),
            Cell(minute(revision.at)),
            Cell(revision.by.full_name),
            Cell(states[revision.version], state_style(states[revision.version])),
            Cell(", ".join(revision.changed), QUIET),
        ]
        for revision in revisions
    ]
    print_table(context.streams, context.terminal, ("REVISION", "AT", "BY", "STATE", "CHANGED"), rows)
