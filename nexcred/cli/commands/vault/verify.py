"""`nexcred vault verify`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import Problem, Tampered
from nexcred.model.number_of import number_of
from nexcred.model.text import make_visible
from nexcred.services.values.kept_details import judge_of
from nexcred.vault.store import tidied
from nexcred.vault.verify import VerifyReport
from nexcred.wire.vault import VerifyShape

EXAMPLES = (
    "nexcred vault verify",
    "nexcred vault verify --json",
)

SETTLE = "what is disputed opens for nobody until it is settled: nexcred vault settle NAME"


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vault = context.vault
    with Progress(context.streams, context.terminal, "proving", vault.size) as progress:
        report = vault.verify(progress.show, judge_of(vault))
    if json:
        shape: VerifyShape = {
            "credentials": report.credentials,
            "opened": report.opened,
            "past_revisions": report.past_revisions,
            "strays": report.strays,
            "faults": list(report.faults),
            "waiting": list(report.waiting),
            "removed": report.removed,
        }
        context.streams.json(shape)
    else:
        _tell(context, report)
    if report.faults:
        more = f", and {len(report.faults) - 1} more" if len(report.faults) > 1 else ""
        raise Tampered(
            f"{report.faults[0]}{more}",
            hint=SETTLE if any("is disputed" in fault for fault in report.faults) else "",
            problems=tuple(Problem("vault", fault) for fault in report.faults),
        )


def _tell(context: Context, report: VerifyReport) -> None:
    for name in report.waiting:
        context.streams.note(make_visible(f"'{name}' is shared with you, but not sealed to you yet"))
    if report.strays:
        context.streams.note(f"records that nothing reads any more: {report.strays} ({_why_left(context)})")
    if report.faults:
        return
    removed = f", {report.removed} in the trash" if report.removed else ""
    there, past = number_of(report.credentials, "credential"), number_of(report.past_revisions, "past revision")
    context.streams.line(f"every record is as it was signed: {there}, {report.opened} of them opened, {past}{removed}")


def _why_left(context: Context) -> str:
    with context.store.read() as snapshot:
        is_tidied = tidied(snapshot) is not None
    return "an owner deletes them with: nexcred vault tidy" if is_tidied else "left by an interrupted write"
