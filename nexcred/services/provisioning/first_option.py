"""Telling a program of a file by its option, where a variable would not be enough: other files would outrank it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from nexcred.connectors.load.fast_reader import QuickOption
from nexcred.services.provisioning.environment import TemporaryFile


def with_options(words: Sequence[str], files: Mapping[str, TemporaryFile], environment: Mapping[str, str]) -> list[str]:
    """Return the command with the options of its files after the program's name; the environment has the paths."""
    program, *others = words
    for variable, option in options_for(words, files).items():
        file, path = files[variable], Path(environment[variable])
        others.insert(0, f"{option.name}={path / Path(file.name).name if file.in_folder else path}")
    return [program, *others]


def options_for(words: Sequence[str], files: Mapping[str, TemporaryFile]) -> dict[str, QuickOption]:
    """Return the options by variable: none that the program does not know, or is given another one like."""
    program, *others = words or [""]
    told = {word.partition("=")[0] for word in others}
    return {
        variable: file.option
        for variable, file in files.items()
        if file.option
        and Path(program).name in file.option.programs
        and not told & {file.option.name, *file.option.unless}
    }
