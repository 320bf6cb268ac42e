"""`nexcred status`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.actions.status_several import look_at, show_several
from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.member_status import HEADINGS as MEMBER_HEADINGS
from nexcred.cli.render.member_status import known_rows, working_line
from nexcred.cli.render.status import HEADINGS, board_rows
from nexcred.cli.render.table import print_table
from nexcred.errors import Expiring, UsageError
from nexcred.local.private_file import write_report
from nexcred.model.text import make_visible
from nexcred.services.status.board import counts_line, fails
from nexcred.services.status.member_status import member_status
from nexcred.wire.status import board_shape, member_status_shape

TAKES_SEVERAL_VAULTS = True
EXAMPLES = (
    "nexcred status --fail            # exit 7 when something is refused, ends, is due or exposed",
    "nexcred status --member bob      # what bob knows and should not, and what of it still works",
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
    member: Annotated[
        str | None,
        typer.Option("--member", metavar="WHO", help="What this member knows who should not, also after they left."),
    ] = None,
    metrics: Annotated[
        Path | None, typer.Option("--openmetrics", metavar="FILE", help="Also write it as OpenMetrics.")
    ] = None,
) -> None:
    context: Context = ctx.obj
    _refuse_mixed(context, member, metrics)
    if member is not None:
        is_failing = _show_member(context, member, json=json)
    elif context.options.vaults:
        is_failing = show_several(context, json=json)
    else:
        is_failing = _show_board(context, metrics, json=json)
    if fail and is_failing:
        raise typer.Exit(Expiring.exit_code)


def _refuse_mixed(context: Context, member: str | None, metrics: Path | None) -> None:
    if metrics is not None and member is not None:
        raise UsageError("--openmetrics has the whole board, and goes with no --member")
    if context.options.vaults and (metrics is not None or member is not None):
        raise UsageError("--openmetrics and --member are of one vault", hint="run it once for each --vault")


def _show_board(context: Context, metrics: Path | None, *, json: bool) -> bool:
    credentials, rows = look_at(context)
    rows = [row._replace(command=context.streams.retell(row.command)) for row in rows]
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
    return fails(rows)


def _show_member(context: Context, said: str, *, json: bool) -> bool:
    """Show what somebody knows, until nothing of it works; return whether something does."""
    status = member_status(context.vault, said)
    told = (row._replace(command=context.streams.retell(row.command)) for row in status.rows)
    status = status._replace(rows=tuple(told))
    if json:
        context.streams.json(member_status_shape(status))
    else:
        context.streams.line(make_visible(working_line(status)))
        if status.rows:
            rows = known_rows(status.rows, context.now())
            print_table(context.streams, context.terminal, MEMBER_HEADINGS, rows, wider=None)
    return bool(status.working)
