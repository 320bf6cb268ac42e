"""`nexcred list`."""

from typing import Annotated

import typer

from nexcred.cli.actions.list import act
from nexcred.cli.app.shared_options import AsJson, ByConnector, ByTag

EXAMPLES = (
    "nexcred list",
    "nexcred list --tag prod --status failed",
    "nexcred list --expiring-within 14d --fail      # exit 7 when something does",
)


def command(
    ctx: typer.Context,
    connector: ByConnector = None,
    tag: ByTag = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="Only this status: accepted, failed, unprobed …")
    ] = None,
    expiring_within: Annotated[
        str | None,
        typer.Option("--expiring-within", metavar="14d", help="Only what expires within this time, or has expired."),
    ] = None,
    fail: Annotated[bool, typer.Option("--fail", help="Exit 7 when --expiring-within finds something.")] = False,
    json: AsJson = False,
) -> int:
    return act(
        ctx.obj, connector=connector, tag=tag, status=status, expiring_within=expiring_within, fail=fail, json=json
    )
