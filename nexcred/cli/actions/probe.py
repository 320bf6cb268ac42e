"""Ask the providers whether credentials still work."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.cli.app.context import Context
from nexcred.cli.render.probe_progress import ProbeTally
from nexcred.cli.terminal.progress import Progress
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import (
    Damaged,
    Interrupted,
    NotPermitted,
    NotProved,
    Rejected,
    SpecError,
    Tampered,
    UnknownConnector,
    UsageError,
)
from nexcred.local.settings import DEFAULT
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.services.credentials.listing import Filter
from nexcred.services.credentials.patterns import Selection, choose, nothing_matches
from nexcred.services.proving.keep_results import BeforeKept
from nexcred.services.proving.probe_many import Probed, Report, probe_many
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.wire.probe import ProbeShape, probe_shape

if TYPE_CHECKING:
    from nexcred.cli.actions.tell import Teller


class ProbeRequest(NamedTuple):
    """What of the line is the same for every vault that it names."""

    names: list[str]
    everything: bool
    wanted: Filter
    jobs: int | None
    timeout: float | None
    age: timedelta | None
    control: bool

    def __repr__(self) -> str:
        return repr_of(self)


class ProbedVault(NamedTuple):
    """What was chosen in a vault, and what was found of it. `are_named` where each was named in full."""

    chosen: list[Credential]
    are_named: bool
    began: datetime
    report: Report

    @property
    def counted(self) -> list[Probed]:
        """Those that decide how the program exits: what nobody can prove is no failure of many."""
        return [one for one in self.report.probed if self.are_named or not _is_never_proved(one)]


def act(
    context: Context,
    names: list[str] | None = None,
    *,
    everything: bool = False,
    connector: list[str] | None = None,
    tag: list[str] | None = None,
    jobs: int | None = None,
    timeout: float | None = None,
    max_age: str | None = None,
    control: bool = False,
    notify: str | None = None,
    no_names: bool = False,
    json: bool = False,
    junit: Path | None = None,
) -> int:
    """Print what each provider said; return the exit code."""
    if junit is not None:
        from nexcred.cli.actions.probe_junit import refuse_report, write_junit

        refuse_report(junit)
    age = _age(max_age) if max_age is not None else None
    wanted = Filter(tuple(connector or ()), tuple(tag or ()))
    asked = ProbeRequest(names or [], everything, wanted, jobs, timeout, age, control)
    if context.options.vaults:
        from nexcred.cli.actions.probe_several import probe_several

        if notify is not None:
            raise UsageError("--notify tells of one vault", hint="run it once for each --vault")
        return probe_several(context, asked, junit, json=json)
    asked = asked._replace(names=asked.names or _picked(context, is_said=bool(everything or connector or tag)))
    refuse_nothing_said(asked)
    selected = choose_in(context, asked)
    teller = _teller(context, notify, selected, no_names)
    done = probe_in(context, asked, selected, teller)
    report = done.report
    if teller is not None:
        teller.tell(report)
    if junit is not None:
        write_junit(junit, [("", done)], context.now())
    tell_beside(context, report)
    if json:
        context.streams.json([shape_of(probed) for probed in report.probed])
    else:
        _print(context, report)
    if report.interrupted:
        raise Interrupted(f"interrupted: {len(report.probed)} of {len(done.chosen)} were probed")
    if report.wrong:
        raise not_probed(report)
    return exit_code(done.counted)


def _age(said: str) -> timedelta:
    from nexcred.cli.input.durations import parse_span  # and what reads spans, for whoever says one

    return parse_span(said, "--max-age")


def probe_in(context: Context, asked: ProbeRequest, selected: Selection, teller: "Teller | None" = None) -> ProbedVault:
    """Probe what was selected in this vault; who tells of changes hears of them before they are kept."""
    chosen, are_named = list(selected.credentials), bool(asked.names) and selected.is_by_name
    timeout_s = timeout_of(context, asked.timeout)
    jobs = _jobs(context, asked.jobs)
    options = ProbeOptions(jobs, timeout_s, asked.age, control=asked.control, leave_withheld=not are_named)
    context.note_use("probe", chosen)
    if are_named:
        chosen = _made_ready(context, chosen, timeout_s)
    return ProbedVault(chosen, are_named, context.now(), _probe(context, chosen, options, teller))


def tell_beside(context: Context, report: Report) -> None:
    """Tell what stands in no result."""
    if report.unsaved:
        context.streams.warn(f"the results are not kept in the vault: {report.unsaved}")
    if report.withheld:
        left_out = ", ".join(f"'{credential.name}'" for credential in report.withheld)
        context.streams.note(f"left out, since not shared with you: {left_out}")


def timeout_of(context: Context, said: float | None) -> float:
    """Return how long one may take, in seconds: what was said, or is set."""
    longest = context.setting("probe_timeout", said).value
    return DEFAULT_TIMEOUT_S if longest is None else float(longest)


def _made_ready(context: Context, chosen: list[Credential], timeout_s: float) -> list[Credential]:
    """Ask what is open about those that were named, and switch to values that were kept beside the present ones."""
    if context.terminal.interactive:
        from nexcred.cli.dialogs.changed_hosts import ask_about_new_hosts  # which brings all that asks

        chosen = ask_about_new_hosts(context, chosen)
    if any(_keeps_another(context, credential) for credential in chosen):
        from nexcred.cli.dialogs.candidate import switch_to_proved  # which brings all that changes values

        chosen = switch_to_proved(context, chosen, timeout_s)
    return chosen


def _teller(context: Context, name: str | None, selected: Selection, no_names: bool) -> "Teller | None":
    """Return what tells people of changes, by the credential of this name; raise UsageError where it cannot."""
    if name is None:
        if no_names:
            raise UsageError("--no-names goes with --notify")
        return None
    from nexcred.cli.actions.tell import Teller  # few are told anything

    return Teller(context, name, selected.credentials, names=not no_names)


def _picked(context: Context, *, is_said: bool) -> list[str]:
    """Return the one that somebody picks who said nothing, where he can be asked."""
    if is_said or not context.terminal.interactive:
        return []
    from nexcred.cli.dialogs.pick_credential import pick_credential

    return [pick_credential(context)]


def _jobs(context: Context, said: int | None) -> int | None:
    """Return how many at once somebody asked for, also of one host; None leaves both at what is modest."""
    found = context.setting("probe_jobs", said)
    return None if found.origin == DEFAULT else int(found.value or 0)


def _keeps_another(context: Context, credential: Credential) -> bool:
    """True where a value is kept beside the present one; a record that tells of none is told by whoever probes it."""
    with suppress(Damaged, NotPermitted):
        return context.vault.candidate(credential) is not None
    return False


def _is_never_proved(probed: Probed) -> bool:
    """True for what its connector says can be proved by nobody: that is no failure of many that were to be probed."""
    credential = probed.credential
    if probed.result.status is not ProbeStatus.UNSUPPORTED:
        return False
    with suppress(UnknownConnector, SpecError):
        method = load_connector(credential.connector).method(credential.method)
        return method is not None and method.probe is None
    return False


def exit_code(probed: Sequence[Probed]) -> int:
    """Map results once: 4 wins over 5."""
    statuses = {one.result.status for one in probed}
    if any(status.is_refusal for status in statuses):
        return Rejected.exit_code
    return 0 if statuses <= {ProbeStatus.ACCEPTED} else NotProved.exit_code


def refuse_nothing_said(asked: ProbeRequest) -> None:
    """Raise UsageError where it is not said what to probe, or said twice."""
    if not asked.names and not asked.everything and asked.wanted == Filter():
        raise UsageError("say what to probe", hint="name credentials, or pass --all, --connector or --tag")
    if asked.names and asked.everything:
        raise UsageError("names do not go with --all")


def choose_in(context: Context, asked: ProbeRequest) -> Selection:
    """Return what the line means in this vault; raise CredentialNotFound."""
    chosen = choose(context.vault, asked.names, asked.wanted, now=context.now())
    if asked.names and not chosen.credentials:
        raise nothing_matches()
    return chosen


def _probe(context: Context, chosen: list[Credential], options: ProbeOptions, teller: "Teller | None") -> Report:
    before_kept: BeforeKept = (lambda _: None) if teller is None else teller.before_kept
    with Progress(context.streams, context.terminal, "probing", len(chosen)) as progress:
        return probe_many(
            context.vault,
            chosen,
            Prober(context.environment),
            context.sessions,
            now=context.now(),
            options=options,
            on_result=ProbeTally(progress, len(chosen), colour=context.terminal.colour_err),
            before_kept=before_kept,
        )


def not_probed(report: Report) -> Damaged:
    """Make one failure of those that were left out; the others are told already."""
    wrong = [error for _, error in report.wrong]
    if len(wrong) == 1:
        return wrong[0]
    problems = tuple(problem for error in wrong for problem in error.problems)
    return Tampered("; ".join(error.message for error in wrong), wrong[0].hint, problems)


def shape_of(probed: Probed) -> ProbeShape:
    credential = probed.credential
    return probe_shape(credential.name, credential.connector, probed.result, cached=probed.cached)


def _print(context: Context, report: Report) -> None:
    from nexcred.cli.render.probe import HEADINGS, hints, rows, totals
    from nexcred.cli.render.table import print_table

    if not report.probed:
        if not (report.wrong or report.withheld or report.interrupted):
            context.streams.note("no credential matches" if context.vault.size else "no credential yet: nexcred add")
        return
    print_table(context.streams, context.terminal, HEADINGS, rows(report.probed, context.now()))
    if len(report.probed) > 1:
        context.streams.note(totals(report.probed))
    for hint in hints(report.probed):
        context.streams.hint(hint)
