"""`nexcred audit`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.input.durations import parse_span
from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.cli.render.table import print_table
from nexcred.model.moments import minute
from nexcred.model.name import normalise_name
from nexcred.model.number_of import number_of
from nexcred.services.audit.events import Event, find_events
from nexcred.wire.audit import event_shape

EXAMPLES = (
    "nexcred audit",
    "nexcred audit aventri --since 7d",
    "nexcred audit --json | jq -r '.[] | select(.source == \"here\") | .name'",
)
_HEADINGS = ("AT", "BY", "DID", "NAME", "WHAT")


def command(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this credential.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="SPAN", help="Only what happened in this time: 1h, 7d.")
    ] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    start = context.now() - parse_span(since, "--since") if since is not None else None
    wanted = normalise_name(name) if name is not None else None
    vault = context.vault
    uses, strange = context.uses.read()
    if strange:
        context.streams.warn(f"left out of this machine's log, not understood: {number_of(strange, 'line')}")
    events = find_events(vault, uses, wanted, start)
    if json:
        context.streams.json([event_shape(event) for event in events])
    elif events:
        print_table(context.streams, context.terminal, _HEADINGS, [_row(event) for event in events])
    else:
        context.streams.note("nothing happened in that time, as far as is known here")


def _row(event: Event) -> list[Cell]:
    gone = f"(gone: {event.id})" if event.id and event.name is None else ""
    did = f"{event.action}, revision {event.revision}" if event.revision else event.action
    return [
        Cell(minute(event.at), QUIET),
        Cell(event.by),
        Cell(did),
        Cell(event.name or gone, BOLD),
        Cell(", ".join(event.what) + _asked_by(event), QUIET),
    ]


def _asked_by(event: Event) -> str:
    if event.token:
        return f" by {event.token} over HTTP".removeprefix("" if event.what else " ")
    return f" for {event.project}" if event.project else ""
