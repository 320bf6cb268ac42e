"""`nexcred list`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByConnector, ByTag
from nexcred.cli.input.durations import parse_span
from nexcred.cli.terminal.streams import quick_json_lines, to_json_line
from nexcred.errors import Expiring, UsageError
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.services.credentials.listing import Filter, check_status, select
from nexcred.wire.credential import credential_shape

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
    check_status(wanted.status)
    any_found = (_print_json if json else _print)(context, wanted)
    if fail and any_found:
        raise typer.Exit(Expiring.exit_code)


def _print_json(context: Context, wanted: Filter) -> bool:
    """Encode each credential where it was opened, so that a hundred thousand need no room of their own."""
    now = context.now()
    to_line = quick_json_lines() if context.vault.is_large else to_json_line

    def encode(credential: Credential) -> tuple[str, str] | None:
        if not wanted.takes(credential, now):
            return None
        return fold_name(credential.name), to_line(credential_shape(credential))

    encoded = sorted(filter(None, context.vault.map(encode)))
    context.streams.json_lines(line for _, line in encoded)
    return bool(encoded)


def _print(context: Context, wanted: Filter) -> bool:
    found = select(context.vault.credentials(), wanted, context.now())
    if not found:
        context.streams.note("no credential matches" if context.vault.size else "no credential yet: nexcred add")
        return False
    from nexcred.cli.render.credential import HEADINGS, list_rows
    from nexcred.cli.render.table import print_table

    print_table(context.streams, context.terminal, HEADINGS, list_rows(found, context.now()))
    return True
