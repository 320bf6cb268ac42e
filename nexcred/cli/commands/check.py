"""`nexcred check`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Profile, ProjectFile
from nexcred.cli.input.durations import parse_span
from nexcred.cli.input.project import needs_of, require_here
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import CredentialNotFound, NotPermitted
from nexcred.model.name import normalise_name
from nexcred.project.spec import Needs
from nexcred.services.provisioning.environment import provision
from nexcred.services.readiness import Finding, Readiness, check_needs, exit_code_of
from nexcred.vault.vault import Vault
from nexcred.wire.readiness import finding_shape

EXAMPLES = (
    "nexcred check",
    "nexcred check --profile prod --probe",
    "nexcred check -c pg -c resci --json | jq -r '.[] | select(.status != \"ready\") | .hint'",
)


def command(
    ctx: typer.Context,
    profile: Profile = None,
    project: ProjectFile = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--credential",
            "-c",
            metavar="CREDENTIAL",
            help="Check this credential, without a project file; repeatable.",
        ),
    ] = None,
    probe: Annotated[bool, typer.Option("--probe", help="Ask the providers first.")] = False,
    within: Annotated[
        str, typer.Option("--expiring-within", metavar="SPAN", help="Report what expires within this time.")
    ] = "7d",
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    span = parse_span(within, "--expiring-within")
    needs, folder = _needed(context, names or [], profile, project)
    if probe:
        _probe(context, needs)
    findings = check_needs(context.vault, needs, now=context.now(), within=span)
    known = [finding.credential for finding in findings if finding.credential is not None]
    context.note_use("check", known, project=folder)
    if all(finding.readiness is not Readiness.MISSING for finding in findings):
        _try_to_hand_over(context.vault, needs, findings)
    if json:
        context.streams.json([finding_shape(finding) for finding in findings])
    else:
        _print(context, findings)
    raise typer.Exit(exit_code_of(findings))


def _needed(context: Context, names: list[str], profile: str | None, file: str | None) -> tuple[Needs, str]:
    if names and profile is None and file is None:
        return Needs(tuple(map(normalise_name, names))), ""
    project = require_here(file)
    needs = needs_of(context, project, profile)
    return needs.and_also(Needs(tuple(map(normalise_name, names)))), str(project.folder)


def _probe(context: Context, needs: Needs) -> None:
    """Probe all that is there and may be sent; what is missing is told afterwards."""
    from nexcred.services.proving.probe_many import probe_many
    from nexcred.services.proving.probe_options import ProbeOptions
    from nexcred.services.proving.prober import Prober

    found = {}
    for name in dict.fromkeys((*needs.credentials, *(reference.name for reference in needs.variables.values()))):
        try:
            credential = context.vault.find(name)
        except (CredentialNotFound, NotPermitted):
            continue
        found[credential.id] = credential
    with Progress(context.streams, context.terminal, "probing", len(found)):
        report = probe_many(
            context.vault,
            list(found.values()),
            Prober(context.environment),
            context.sessions,
            now=context.now(),
            options=ProbeOptions(leave_withheld=True),
        )
    if report.unsaved:
        context.streams.warn(f"the results are not kept in the vault: {report.unsaved}")


def _try_to_hand_over(vault: Vault, needs: Needs, findings: Sequence[Finding]) -> None:
    """Raise what `run` would raise: two credentials that want one variable, or a value that none can hold."""
    if all(finding.readiness is not Readiness.NOT_GRANTED for finding in findings):
        provision(vault, needs.credentials, needs.variables)


def _print(context: Context, findings: Sequence[Finding]) -> None:
    from nexcred.cli.render.readiness import HEADINGS, rows
    from nexcred.cli.render.table import print_table

    if not findings:
        context.streams.note("nothing is needed")
        return
    print_table(context.streams, context.terminal, HEADINGS, rows(findings))
    for finding in findings:
        if finding.hint:
            context.streams.hint(f"{finding.name}: {finding.hint}")
