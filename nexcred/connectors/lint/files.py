"""Find what is wrong with the files that a method has `run` make."""

import re
from collections.abc import Iterator

from nexcred.connectors.language.handed_file import FirstOption, HandedFile
from nexcred.connectors.language.spec import Field
from nexcred.connectors.lint.fields import ENV_NAME, problems_in_condition
from nexcred.connectors.lint.structure import Found
from nexcred.model.run_variables import FILE_OPTIONS, may_be_declared

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


def problems_in_files(files: tuple[HandedFile, ...], at: str, fields: tuple[Field, ...]) -> Iterator[Found]:
    """Yield the problems of names and conditions; the lines are looked at with all other templates."""
    known = {field.name: field for field in fields}
    seen = {variable for field in fields for variable in (field.env, *field.env_also)}
    for index, file in enumerate(files):
        place = f"{at}.file[{index}]"
        if not _NAME.fullmatch(file.name):
            yield f"{place}.name", "must be the name of a file, without a folder"
        if not ENV_NAME.fullmatch(file.env):
            yield f"{place}.env", "must be upper-case letters, digits and '_'"
        elif not may_be_declared(file.env):
            yield f"{place}.env", f"programs run or load what {file.env} says, and a connector is only data"
        if file.env in seen:
            yield f"{place}.env", f"'{file.env}' is set twice"
        seen.add(file.env)
        if file.option:
            yield from _problems_in_option(file.option, f"{place}.option")
        for number, part in enumerate(file.parts):
            if part.when:
                yield from problems_in_condition(part.when, f"{place}.part[{number}].when", known)


def _problems_in_option(option: FirstOption, at: str) -> Iterator[Found]:
    if option.name not in FILE_OPTIONS:
        yield f"{at}.name", f"must be one of: {', '.join(sorted(FILE_OPTIONS))}"
    for index, program in enumerate(option.programs):
        if not _NAME.fullmatch(program):
            yield f"{at}.programs[{index}]", "must be the name of a program, without a folder"
