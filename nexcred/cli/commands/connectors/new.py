"""`nexcred connectors new`."""

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.connectors.lint.schema import connector_schema
from nexcred.connectors.load.names import SUFFIX, Folders, find_connector, known_folders
from nexcred.connectors.load.template_file import starting_point
from nexcred.errors import Conflict, NexcredError, UnknownConnector
from nexcred.local.files import make_folder
from nexcred.local.new_file import NewFile
from nexcred.local.private_file import write_private_file

EXAMPLES = (
    "nexcred connectors new acme",
    "nexcred connectors new acme -o connectors/acme.toml",
    "nexcred connectors new acme -o - | less",
)
_SCHEMA = "connector.schema.json"


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE|-", help="Write to this file [in your connector folder]."),
    ] = None,
) -> None:
    context: Context = ctx.obj
    if output == "-":
        context.streams.raw(starting_point(name).encode())
        return
    folders = known_folders()
    if output is not None:
        path, text = Path(output), starting_point(name)
    else:
        _refuse_known(name, folders)
        path, text = _own_folder(folders) / f"{name}{SUFFIX}", starting_point(name, schema=f"./{_SCHEMA}")
    with NewFile(path) as file:
        file.write(text)
        if output is None:
            schema = f"{json.dumps(connector_schema(), indent=2)}\n"
            write_private_file(path.with_name(_SCHEMA), schema.encode())
    context.streams.line(str(path))
    context.streams.hint(
        f"fill it in, then: nexcred connectors check {name if output is None else shlex.quote(output)}"
    )


def _refuse_known(name: str, folders: Folders) -> None:
    """Raise Conflict for a built-in name: a file that says nothing yet must not be in its way."""
    try:
        found = find_connector(name, folders)
    except UnknownConnector:
        return
    if found.built_in and not found.own:
        raise Conflict(
            f"'{name}' is a built-in connector",
            hint="choose another name; or, to replace it, write to a file with -o and set replaces_built_in in it",
        )


def _own_folder(folders: Folders) -> Path:
    """Return the user's folder, made where it was not."""
    if folders.own is None:
        raise NexcredError("there is no home folder", hint="set HOME, or say with -o where to write")
    make_folder(folders.own)
    return folders.own
