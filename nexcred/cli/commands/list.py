"""`nexcred list`."""

from typing import Annotated

import typer

from nexcred.cli.actions.list import act
from nexcred.cli.app.shared_options import AsJson, ByConnector, ByTag
from nexcred.services.credentials.listing import ORDERS

EXAMPLES = (
    "nexcred list",
    "nexcred list prod --status failed --status unprobed",
    "nexcred list --expiring-within 14d --fail      # exit 7 when something does",
)
TAKES_SEVERAL_VAULTS = True


def command(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD",
            help="Words in its name, description, tags, connector, account or identity; or a glob over names.",
        ),
    ] = None,
    connector: ByConnector = None,
    tag: ByTag = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="STATUS", help="Only this status: accepted, failed, unprobed …; repeatable."),
    ] = None,
    expiring_within: Annotated[
        str | None,
        typer.Option("--expiring-within", metavar="14d", help="Only what expires within this time, or has expired."),
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only what is due: its secret is older than its --rotate-every.")
    ] = False,
    exposed: Annotated[
        bool, typer.Option("--exposed", help="Only what is exposed: somebody knows it who should not, or no longer.")
    ] = False,
    superseded: Annotated[
        bool, typer.Option("--superseded", help="Only what has an old key that may still work.")
    ] = False,
    fail: Annotated[
        bool, typer.Option("--fail", help="Exit 7 when --expiring-within or --due finds something.")
    ] = False,
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="BY", help=f"Sort by: {', '.join(ORDERS)}. [name]")
    ] = None,
    limit: Annotated[str | None, typer.Option("--limit", "-L", metavar="N", help="The first N only.")] = None,
    wide: Annotated[bool, typer.Option("--wide", "-w", help="All columns, however narrow the window is.")] = False,
    json: AsJson = False,
) -> int:
    return act(
        ctx.obj,
        words or (),
        connector=connector,
        tag=tag,
        status=status,
        expiring_within=expiring_within,
        due=due,
        exposed=exposed,
        superseded=superseded,
        fail=fail,
        sort=sort,
        limit=limit,
        wide=wide,
        json=json,
    )
