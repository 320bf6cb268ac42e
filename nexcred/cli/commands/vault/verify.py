"""`nexcred vault verify`."""

import typer

from nexcred.cli.context import Context
from nexcred.cli.flags import AsJson
from nexcred.cli.progress import Progress
from nexcred.cli.vault_shapes import VerifyShape

EXAMPLES = (
    "nexcred vault verify",
    "nexcred vault verify --json",
)


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vault = context.vault
    with Progress(context.streams, context.terminal, "proving", vault.size) as progress:
        report = vault.verify(progress.show)
    if json:
        shape: VerifyShape = {
            "credentials": report.credentials,
            "opened": report.opened,
            "past_revisions": report.past_revisions,
            "strays": report.strays,
        }
        context.streams.json(shape)
        return
    context.streams.line(
        f"every record is as it was signed: {report.credentials} credentials, {report.opened} of them opened,"
        f" {report.past_revisions} past revisions"
    )
    if report.strays:
        context.streams.note(f"{report.strays} records lead nowhere: what an interrupted write left, never read")
