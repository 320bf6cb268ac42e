"""Telling a program of a file by its option, where a variable would not be enough: other files would outrank it."""

from collections.abc import Sequence
from pathlib import Path

from nexcred.connectors.load.fast_reader import FirstOption


def with_option(words: Sequence[str], option: FirstOption, path: Path) -> list[str]:
    """Return the command with the option after the program's name, if it is one of these and is not told otherwise."""
    program, *others = words
    told = {word.partition("=")[0] for word in others}
    if Path(program).name not in option.programs or told & {option.name, *option.unless}:
        return [program, *others]
    return [program, f"{option.name}={path}", *others]
