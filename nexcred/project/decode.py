"""Decode a project file: strictly, with every problem at once and where it stands."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from nexcred.connectors.language.toml import NotToml, counted, first_problems, read_toml
from nexcred.connectors.lint.toml_lines import line_of, lines_by_path
from nexcred.errors import InvalidData, Problem, UsageError
from nexcred.local.vault_names import is_name
from nexcred.model.name import normalise_name
from nexcred.model.reference import parse_reference
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.project.shape import NEEDS, TOP
from nexcred.project.spec import Needs, Project
from nexcred.project.variables import problem_in_variable

_Found = tuple[str, str]
_ONLY = "a project file names credentials, variables and a vault of yours, and nothing else"


def decode_project(data: bytes, path: Path) -> Project:
    """Return the project; raise InvalidData that names the file and each place."""
    source = path.name
    try:
        text, document = read_toml(data, source)
    except NotToml as error:
        raise _bad(source, [error.problem]) from None
    found = first_problems(_problems(document))
    if found:
        lines = lines_by_path(text)
        placed = sorted((line_of(at, lines), at, problem) for at, problem in found)
        raise _bad(source, [Problem(f"{source}:{line}: {at}", problem) for line, at, problem in placed])
    profiles = {name: _needs(table) for name, table in _table(document.get("profile")).items()}
    default, vault = (_text(document.get(key)) for key in ("default_profile", "vault"))
    return Project(path, _needs(document), profiles, default, vault)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _needs(table: object) -> Needs:
    """Read a table whose problems were looked for."""
    known = _table(table)
    names, variables = known.get("credentials"), _table(known.get("env"))
    credentials = tuple(normalise_name(str(name)) for name in names) if isinstance(names, list) else ()
    return Needs(credentials, {name: parse_reference(str(reference)) for name, reference in variables.items()})


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _problems(document: dict[str, object]) -> Iterator[_Found]:
    yield from _problems_in_needs(document, "", TOP)
    vault = document.get("vault")
    if vault is not None and not (isinstance(vault, str) and is_name(vault)):
        yield "vault", "must be a name of the user's own for a vault (nexcred vault list), never a path or a URL"
    profiles = document.get("profile", {})
    if not isinstance(profiles, dict):
        yield "profile", "must be tables, as in [profile.dev]"
        return
    for name, table in profiles.items():
        at = f"profile.{make_visible(name)}"
        if not isinstance(table, dict):
            yield at, "must be a table"
        else:
            yield from _problems_in_needs(table, at, NEEDS)
    default = document.get("default_profile")
    if default is not None and (not isinstance(default, str) or default not in profiles):
        yield "default_profile", f"must be one of the profiles: {', '.join(map(make_visible, profiles)) or 'none yet'}"


def _problems_in_needs(table: dict[str, object], at: str, keys: Collection[str]) -> Iterator[_Found]:
    for key in table:
        if key not in keys:
            meant = suggest(key, keys)
            yield _join(at, key), f"unknown key; did you mean '{meant}'?" if meant else f"unknown key: {_ONLY}"
    names = table.get("credentials", [])
    if not isinstance(names, list):
        yield _join(at, "credentials"), "must be a list of names"
    else:
        for index, name in enumerate(names):
            yield from _problem_in(f"{_join(at, 'credentials')}[{index}]", name, normalise_name)
    variables = table.get("env", {})
    if not isinstance(variables, dict):
        yield _join(at, "env"), 'must be a table of variables, as in DATABASE_PASSWORD = "NAME/FIELD"'
        return
    for variable, reference in variables.items():
        place = _join(_join(at, "env"), variable)
        if problem := problem_in_variable(variable):
            yield place, problem
        yield from _problem_in(place, reference, parse_reference)


def _problem_in(at: str, value: object, read: Callable[[str], object]) -> Iterator[_Found]:
    if not isinstance(value, str):
        yield at, "must be a text"
        return
    try:
        read(value)
    except UsageError as error:
        yield at, error.message


def _join(at: str, key: str) -> str:
    shown = make_visible(key)
    return f"{at}.{shown}" if at else shown


def _bad(source: str, problems: list[Problem]) -> InvalidData:
    if len(problems) == 1:
        return InvalidData(f"{problems[0].field}: {problems[0].problem}", problems=tuple(problems))
    return InvalidData(f"the project file {source} has {counted(problems)}", problems=tuple(problems))
