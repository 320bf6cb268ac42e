"""`nexcred status`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.status import HEADINGS, board_rows, counts_line
from nexcred.cli.render.table import print_table
from nexcred.errors import Expiring
from nexcred.local.backup_marks import BackupMarks
from nexcred.local.private_file import write_report
from nexcred.services.status.board import board, fails
from nexcred.services.status.row import Look
from nexcred.wire.status import board_shape

EXAMPLES = (
    "nexcred status",
    "nexcred status --fail            # exit 7 when something is refused, ends, is due or exposed",
    "nexcred status --json | jq -r '.rows[].command'",
)


def command(
    ctx: typer.Context,
    fail: Annotated[
        bool,
        typer.Option(
            "--fail", help="Exit 7 when something is refused, has ended, ends, is due, exposed or half rotated."
        ),
    ] = False,
    json: AsJson = False,
    metrics: Annotated[
        Path | None, typer.Option("--openmetrics", metavar="FILE", help="Also write it as OpenMetrics.")
    ] = None,
) -> None:
    context: Context = ctx.obj
    credentials = context.vault.credentials()
    backed_up_at = BackupMarks(context.state_folder).last(context.vault.vault_id)
    rows = board(Look(context.vault, credentials, backed_up_at, context.now()))
    if metrics is not None:
        from nexcred.cli.render.openmetrics import openmetrics  # few write it

        write_report(metrics, openmetrics(credentials, rows).encode())
    if json:
        context.streams.json(board_shape(rows, len(credentials)))
    elif rows:
        context.streams.line(counts_line(rows))
        print_table(context.streams, context.terminal, HEADINGS, board_rows(rows, context.now()), wider=None)
    else:
        context.streams.line(f"nothing to do for {len(credentials)} credential{'' if len(credentials) == 1 else 's'}")
    if fail and fails(rows):
        raise typer.Exit(Expiring.exit_code)
