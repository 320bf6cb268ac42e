"""Telling a program of a file by its option, where a variable would not be enough: other files would outrank it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from nexcred.services.provisioning.environment import TemporaryFile


def with_options(words: Sequence[str], files: Mapping[str, TemporaryFile], environment: Mapping[str, str]) -> list[str]:
    """Return the command with the options of its files after the program's name, unless it is given others like them.

    The environment has the paths.
    """
    program, *others = words
    told = {word.partition("=")[0] for word in others}
    for variable, file in files.items():
        option, path = file.option, Path(environment[variable])
        if option and Path(program).name in option.programs and not told & {option.name, *option.unless}:
            others.insert(0, f"{option.name}={path / Path(file.name).name if file.in_folder else path}")
    return [program, *others]
