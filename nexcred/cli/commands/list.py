"""`nexcred list`."""

from typing import Annotated

import typer

from nexcred.cli.context import Context
from nexcred.cli.flags import AsJson, ByConnector, ByTag
from nexcred.cli.shapes import credential_shape
from nexcred.cli.spans import parse_span
from nexcred.errors import Expiring, UsageError
from nexcred.model.credential import Credential
from nexcred.services.listing import Filter, select

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
        str | None, typer.Option("--status", metavar="STATUS", help="As probed: accepted, failed, unprobed …")
    ] = None,
    expiring_within: Annotated[
        str | None, typer.Option("--expiring-within", metavar="14d", help="What expires in this time, or has.")
    ] = None,
    fail: Annotated[bool, typer.Option("--fail", help="Exit 7 when --expiring-within finds something.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if fail and expiring_within is None:
        raise UsageError("--fail goes with --expiring-within", hint="for example: --expiring-within 14d --fail")
    within = parse_span(expiring_within, "--expiring-within") if expiring_within is not None else None
    wanted = Filter(connector, tuple(tag or ()), status, within)
    found = select(context.vault.credentials(), wanted, context.now())
    if json:
        context.streams.json([credential_shape(credential) for credential in found])
    else:
        _print(context, found)
    if fail and found:
        raise typer.Exit(Expiring.exit_code)


def _print(context: Context, found: list[Credential]) -> None:
    if not found:
        context.streams.note("no credential matches" if context.vault.size else "no credential yet: nexcred add")
        return
    from nexcred.cli.render.credential import HEADINGS, list_rows
    from nexcred.cli.render.table import print_table

    print_table(context.streams, context.terminal, HEADINGS, list_rows(found, context.now()))
