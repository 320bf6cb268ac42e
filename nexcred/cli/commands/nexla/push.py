"""`nexcred nexla push`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByTag, Patterns, Yes
from nexcred.cli.dialogs.nexla import account_meant, allow_destination, awaited, client_of
from nexcred.cli.input.chosen import choose_or_refuse
from nexcred.cli.prompt.confirm import plan, require_yes
from nexcred.cli.terminal.progress import Progress
from nexcred.model.text import make_visible
from nexcred.services.credentials.patterns import Selection
from nexcred.services.nexla.client import NexlaClient
from nexcred.services.nexla.outgoing import outgoing
from nexcred.services.nexla.push import PlannedPush, PushOutcome, exit_code_of_push, plan_push, push
from nexcred.wire.nexla import planned_push_shape, push_shape

EXAMPLES = (
    "nexcred nexla push 'S3 Production' aventri",
    "nexcred nexla push --tag etl --dry-run",
    "nexcred nexla push warehouse --id 5008      # Nexla has several of that name and type",
)
_DONE = {"created": "created at Nexla as {} ({})", "replaced": "replaced {} at Nexla ({})"}
_PLANNED = {"create": "would be created at Nexla ({1})", "replace": "would replace {} at Nexla ({})"}
_NOT_DONE = {"unknown": "not known", "failed": "failed", "not_sent": "not sent"}

WithKey = Annotated[
    str | None,
    typer.Option("--with", metavar="NAME", help="The credential of connector nexla to ask with [the only one]."),
]


def command(
    ctx: typer.Context,
    patterns: Patterns = None,
    number: Annotated[
        int | None, typer.Option("--id", metavar="N", help="Replace the one with this id at Nexla.", show_default=False)
    ] = None,
    tag: ByTag = None,
    key: WithKey = None,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="HOST[:PORT]", help="Send to this host alone, whoever says that it is Nexla's."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    yes: Yes = False,
    json: AsJson = False,
) -> int:
    context: Context = ctx.obj
    chosen = choose_or_refuse(context, patterns, tag)
    requester = account_meant(context, key)
    chosen = _without_key(context, chosen, requester.credential.id)
    going = outgoing(context.vault, chosen.credentials, context.now())
    client = client_of(context, requester)
    context.note_use("nexla status" if dry_run else "nexla push", [requester.credential])
    planned = plan_push(going, awaited(context, client.credentials), number)
    for kind in dict.fromkeys(one.credentials_type for one in going if one.is_as_here):
        context.streams.note(f"what Nexla calls the values of {kind} is not known: they go by the connector's names")
    if dry_run:
        _tell_plan(context, planned, as_json=json)
        return 0
    allow_destination(context, requester, host)
    if chosen.is_many and not yes:
        told = [f"{one.out.credential.name} {_planned(one)}" for one in planned]
        require_yes(context, plan(told), "Push them all?", doing="pushing several", declined="nothing was sent")
    fields = dict.fromkeys(field for one in going for field in one.secrets)
    context.note_use("nexla push", chosen.credentials, fields)
    outcomes = _push(context, client, planned)
    _tell(context, outcomes, as_json=json)
    return exit_code_of_push(outcomes)


def _without_key(context: Context, chosen: Selection, record: str) -> Selection:
    """Leave out the key itself where nobody named it."""
    others = tuple(one for one in chosen.credentials if one.id != record)
    if chosen.is_by_name or len(others) in (0, len(chosen.credentials)):
        return chosen
    context.streams.note("the key to Nexla itself is left out")
    return chosen._replace(credentials=others)


def _push(context: Context, client: NexlaClient, planned: Sequence[PlannedPush]) -> list[PushOutcome]:
    outcomes: list[PushOutcome] = []
    with Progress(context.streams, context.terminal, "pushing", len(planned)) as progress:
        for outcome in push(client, planned):
            outcomes.append(outcome)
            progress.show(len(outcomes), len(planned))
    return outcomes


def _tell_plan(context: Context, planned: Sequence[PlannedPush], *, as_json: bool) -> None:
    if as_json:
        context.streams.json([planned_push_shape(one) for one in planned])
        return
    for one in planned:
        context.streams.line(make_visible(f"{one.out.credential.name}: {_planned(one)}"))


def _planned(one: PlannedPush) -> str:
    return _PLANNED[one.result].format(one.replaced.id if one.replaced else "", one.out.credentials_type)


def _tell(context: Context, outcomes: Sequence[PushOutcome], *, as_json: bool) -> None:
    """Say what came of each: on standard output what is done, beside it what is not, and the command that goes on."""
    if as_json:
        context.streams.json([push_shape(outcome) for outcome in outcomes])
    for outcome in outcomes:
        name = outcome.out.credential.name
        if outcome.result in _DONE and not as_json:
            done = _DONE[outcome.result].format(outcome.number, outcome.out.credentials_type)
            context.streams.line(make_visible(f"{name}: {done}"))
        elif outcome.result in _NOT_DONE:
            context.streams.warn(make_visible(f"{name}: {_NOT_DONE[outcome.result]}: {outcome.why}"))
    for mend in dict.fromkeys(outcome.mend for outcome in outcomes if outcome.mend):
        context.streams.hint(mend)
