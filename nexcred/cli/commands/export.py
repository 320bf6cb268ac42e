"""`nexcred export`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import ByTag, Patterns
from nexcred.cli.input.chosen import choose_or_refuse
from nexcred.cli.render.output_file import write_output
from nexcred.errors import InvalidData, StoreFailed, UsageError
from nexcred.local.private_file import append_to_file
from nexcred.services.exporting.export import find_format, gather
from nexcred.services.exporting.exported import Exported, cleared
from nexcred.services.exporting.formats import FORMATS, GITHUB_ACTIONS, NEXLA, NEXLA_NAMES
from nexcred.services.exporting.github_actions import write_masks
from nexcred.services.exporting.place import place_files, wants_files

EXAMPLES = (
    'eval "$(nexcred export pg --format env)"',
    "nexcred export pg 'prod-*' --format dotenv -o .env",
    "nexcred export 'S3 Production' --format nexla",
)
_GITHUB_ENV = "GITHUB_ENV"


def command(
    ctx: typer.Context,
    patterns: Patterns = None,
    *,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help=f"One of: {', '.join(FORMATS)}.")],
    tag: ByTag = None,
    nexla_names: Annotated[
        str | None,
        typer.Option(
            "--names", metavar="NAMES", help="For nexla, which names: seed (its guide's and ours) or openapi [seed]."
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE|-", help="Write to this file, readable by you alone.")
    ] = None,
    files: Annotated[
        str | None,
        typer.Option(
            "--files", metavar="FOLDER", help="Write the files that tools look for to this folder, and name them."
        ),
    ] = None,
) -> None:
    context: Context = ctx.obj
    write = _writer(form, nexla_names)
    if files is not None and not find_format(form).names_files:
        raise UsageError(
            f"--files goes with --format {', '.join(name for name, one in FORMATS.items() if one.names_files)}"
        )
    exported = gather(context.vault, choose_or_refuse(context, patterns, tag).credentials)
    if files is not None:
        exported = place_files(context.vault, exported, Path(files).expanduser().absolute())
    written = write(exported).encode()
    _tell(context, form, exported)
    fields = dict.fromkeys(field for one in exported for field in one.fields)
    context.note_use("export", [one.credential for one in exported], fields)
    if form == GITHUB_ACTIONS and output is None:
        _hand_to_github(context, exported, written)
        return
    write_output(context, output, written)


def _tell(context: Context, form: str, exported: list[Exported]) -> None:
    """Tell what the format cannot do, of what has tools log in as this credential and no other."""
    known = find_format(form)
    if known.only_sets and (mixed := [name for name in cleared(exported) if name in context.environment]):
        is_set = f"{mixed[0]} is set" if len(mixed) == 1 else f"{', '.join(mixed)} are set"
        context.streams.warn(f"{is_set} here, and --format {form} can unset nothing: tools may log in with that")
    if known.names_files and any(wants_files(one) and not one.placed for one in exported):
        context.streams.hint("tools look for some of it in files: write them too with --files FOLDER")


def _writer(form: str, nexla_names: str | None) -> Callable[[Sequence[Exported]], str]:
    known = find_format(form)
    if nexla_names is None:
        return known.write
    if form != NEXLA:
        raise UsageError(f"--names goes with --format {NEXLA}")
    if nexla_names not in NEXLA_NAMES:
        raise InvalidData(f"--names is one of: {', '.join(NEXLA_NAMES)}")
    return NEXLA_NAMES[nexla_names]


def _hand_to_github(context: Context, exported: list[Exported], written: bytes) -> None:
    """Mask first, then set: a step that prints a variable must find it masked."""
    place = context.environment.get(_GITHUB_ENV)
    if not place:
        raise UsageError(
            f"{_GITHUB_ENV} is not set: this is not a step of GitHub Actions",
            hint="write the variables to a file of your own with -o FILE",
        )
    context.streams.raw(write_masks(exported).encode())
    context.streams.stdout.flush()
    try:
        append_to_file(Path(place), written)
    except StoreFailed as error:
        raise StoreFailed(f"{_GITHUB_ENV} leads nowhere: {error.message}") from None
