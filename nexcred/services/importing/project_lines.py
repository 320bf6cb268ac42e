"""What a project file says, so that `run` gives the variables that a `.env` file gave."""

import json
from collections.abc import Iterable, Mapping

from nexcred.connectors.load.loader import load_connector
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.project.variables import problem_in_variable
from nexcred.services.importing.leftover import ANYTHING
from nexcred.services.importing.plan import Item

_NOT_THERE = ("conflict", "refused", "rejected")


class ProjectLines(NamedTuple):
    """The text of the file, and the variables that it cannot give, since their values were taken apart."""

    text: str
    parted: tuple[str, ...]

    def __repr__(self) -> str:
        return repr_of(self)


def project_lines(items: Iterable[Item]) -> ProjectLines:
    """Hand over whole what then has the variables that it had, and one value each of all else."""
    whole: list[str] = []
    single: dict[str, str] = {}
    parted: list[str] = []
    for item in items:
        if item.fate.value in _NOT_THERE:
            continue
        if item.connector != ANYTHING:
            parted += [name for name in item.place.split(", ") if name not in item.variables]
        if not item.variables or _gives(item.connector, item.variables):
            whole.append(item.name)
        else:
            single |= {variable: f"{item.name}/{field}" for variable, field in item.variables.items()}
    lines = [f"credentials = [{', '.join(map(_quoted, whole))}]"] if whole else []
    given = {variable: what for variable, what in single.items() if not problem_in_variable(variable)}
    if given:
        lines += [*([""] if lines else []), "[env]", *(f"{name} = {_quoted(what)}" for name, what in given.items())]
    return ProjectLines("".join(f"{line}\n" for line in lines), tuple(parted))


def _gives(connector: str, variables: Mapping[str, str]) -> bool:
    """True where `run` sets each of these by itself when it hands over a credential of this connector."""
    if connector == ANYTHING:
        return True
    declared = {(field.env, field.name) for method in load_connector(connector).methods for field in method.fields}
    return all(pair in declared for pair in variables.items())


def _quoted(text: str) -> str:
    """Return a basic string of TOML: a name holds no control character."""
    return json.dumps(text, ensure_ascii=False)
