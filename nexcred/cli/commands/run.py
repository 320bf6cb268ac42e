"""`nexcred run`."""

from functools import partial
from typing import Annotated

import typer

from nexcred.child.lent_files import LentFiles
from nexcred.child.mask import SHORTEST, copy_masked
from nexcred.child.signals import Forwarder, end_as
from nexcred.child.start import become, run_beside
from nexcred.cli.app.context import Context
from nexcred.cli.input.project import Profile, ProjectFile, find_here, needs_of, require_here
from nexcred.errors import UsageError
from nexcred.model.name import normalise_name
from nexcred.model.reference import Reference, parse_reference
from nexcred.project.spec import Needs
from nexcred.services.provisioning.handover import Handover, hand_over
from nexcred.unlock.sources import without_unlocking

EXAMPLES = (
    "nexcred run -c 'S3 Production' --mask -- aws s3 ls",
    "nexcred run --env API_KEY=resci/api_key -- ./report.sh",
    "nexcred run --profile prod -- dbt build        # what nexcred.toml says",
)
# What stands after the command's name is the command's own.
SETTINGS = {"allow_interspersed_args": False}
OWN_FAILURE = 125
_NOTHING = Handover({}, {}, (), ())


def command(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="COMMAND", help="What to run, after --; no shell reads it.")],
    names: Annotated[
        list[str] | None,
        typer.Option("--credential", "-c", metavar="CREDENTIAL", help="Hand over this credential; repeatable."),
    ] = None,
    chosen: Annotated[
        list[str] | None,
        typer.Option("--env", metavar="VAR=NAME/FIELD", help="Set a variable to one value; repeatable."),
    ] = None,
    profile: Profile = None,
    project: ProjectFile = None,
    mask: Annotated[bool, typer.Option("--mask", help="Put dots for secrets in what it writes.")] = False,
) -> None:
    context: Context = ctx.obj
    said = Needs(tuple(map(normalise_name, names or ())), dict(map(_parse_choice, chosen or ())))
    handed = _hand_over(context, *_needed(context, said, profile, project))
    environment = without_unlocking(context.environment) | dict(handed.variables)
    context.streams.stdout.flush()
    if not handed.files and not mask:
        become(words, environment)
    raise typer.Exit(_run_beside(context, words, environment, handed, mask=mask))


def _needed(context: Context, said: Needs, profile: str | None, file: str | None) -> tuple[Needs, str]:
    """Return what is to be handed over, and the folder of the project that asks for it.

    Flags alone leave the project file aside; with a profile, or a file that is named, they come on top of it.
    """
    if profile is None and file is None and said != Needs():
        return said, ""
    project = find_here(file) if profile is None else require_here(file)
    if project is None:
        return said, ""
    return needs_of(context, project, profile).and_also(said), str(project.folder)


def _hand_over(context: Context, needs: Needs, folder: str) -> Handover:
    if needs == Needs():
        return _NOTHING
    handed = hand_over(context.vault, needs.credentials, needs.variables)
    credentials = {credential.id: credential for credential, _ in handed.used}
    fields = dict.fromkeys(field for _, field in handed.used)
    context.note_use("run", credentials.values(), fields, project=folder)
    return handed


def _parse_choice(choice: str) -> tuple[str, Reference]:
    variable, is_choice, reference = choice.partition("=")
    if not is_choice or not variable or "\0" in variable:
        raise UsageError("--env takes VAR=NAME/FIELD")
    return variable, parse_reference(reference)


def _run_beside(
    context: Context, words: list[str], environment: dict[str, str], handed: Handover, *, mask: bool
) -> int:
    """Run it with files that are gone afterwards; the forwarder is first, so that no signal leaves them behind."""
    with Forwarder() as forwarder, LentFiles(environment) as lent:
        for variable, file in handed.files.items():
            path = lent.write(file.name, file.write(lent.folder))
            environment[variable] = str(path.parent if file.in_folder else path)
        code = run_beside(words, environment, forwarder, read=_masking(context, handed) if mask else None)
    return end_as(code)


def _masking(context: Context, handed: Handover) -> "partial[None]":
    if any(len(secret) < SHORTEST for secret in handed.secrets):
        context.streams.warn(f"a secret of fewer than {SHORTEST} bytes is not masked")
    streams = context.streams
    return partial(copy_masked, stdout=streams.stdout.buffer, stderr=streams.stderr.buffer, secrets=handed.secrets)
