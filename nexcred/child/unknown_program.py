"""A program that was not found, and the one that was probably meant."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress

from nexcred.errors import CommandNotFound
from nexcred.model.suggest import suggest


def unknown_program(program: str, environment: Mapping[str, str]) -> CommandNotFound:
    """Return the error for a program that is nowhere; the empty name is that of none."""
    if not program:
        return CommandNotFound("the command is empty", hint="give a program after the two dashes: -- psql")
    if os.path.dirname(program):  # noqa: PTH120  pathlib would take './run' for 'run'
        return CommandNotFound(f"there is no program at '{program}'")
    first = program.split()[0] if program.strip() else ""
    names = set(_on_the_path(environment))
    if first != program and first in names:
        hint = f"'{first}' and what follows are one word: leave out the quotes, or begin with: sh -c"
    else:
        meant = suggest(program, names)
        hint = f"did you mean '{meant}'?" if meant else ""
    return CommandNotFound(f"there is no program '{program}' on the PATH", hint=hint)


def _on_the_path(environment: Mapping[str, str]) -> Iterator[str]:
    for folder in os.get_exec_path(dict(environment)):
        with suppress(OSError), os.scandir(folder or ".") as entries:
            yield from (entry.name for entry in entries)
