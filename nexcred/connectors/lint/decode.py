"""Decode a connector's file: strictly, with every problem at once and where it stands."""

from collections.abc import Sequence

import msgspec

from nexcred.connectors.language.extending import BadBase, Bases, no_base, own_place, whole_document
from nexcred.connectors.language.inherit import completed
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.language.toml import NotToml, counted, first_problems, read_toml
from nexcred.connectors.lint.connector import problems_in_meaning
from nexcred.connectors.lint.structure import UNKNOWN_KEY, Found, problems_in_structure
from nexcred.connectors.lint.texts import problems_in_texts
from nexcred.connectors.lint.toml_lines import line_of, lines_by_path
from nexcred.errors import Problem, SpecError

SET_BY_LOADER = ("digest", "file")


def _no_base(name: str) -> bytes:
    raise no_base(name)


def decode_connector(data: bytes, source: str, bases: Bases = _no_base) -> Connector:
    """Return the connector, what its methods share filled in; raise SpecError that names `source` and each place.

    `bases` are the files that it may extend.
    """
    try:
        text, own = read_toml(data, source)
    except NotToml as error:
        raise spec_error(source, [error.problem]) from None
    try:
        document, base = whole_document(own, bases)
    except BadBase as error:
        raise spec_error(source, _problems_at(text, source, [("extends", str(error))])) from None
    connector, found = _checked(document)
    if connector is None or found:
        told = [_told_of_own(path, problem, own, document) for path, problem in found] if base else found
        raise spec_error(source, _problems_at(text, source, told))
    return completed(connector, data, base)


def _checked(document: dict[str, object]) -> tuple[Connector | None, list[Found]]:
    found = [(key, UNKNOWN_KEY) for key in SET_BY_LOADER if key in document]
    found += first_problems(problems_in_texts(document))
    try:
        connector = msgspec.convert(document, Connector)
    except msgspec.ValidationError:  # which tells of one problem: look for them all
        return None, [*first_problems(problems_in_structure(document, Connector)), *found]
    return connector, found or first_problems(problems_in_meaning(connector))


def _told_of_own(path: str, problem: str, own: dict[str, object], document: dict[str, object]) -> Found:
    """Say it where the file itself does, else at the nearest place, with what was taken over."""
    place, is_own = own_place(path, own, document)
    if is_own:
        return place, problem
    return place or "extends", f"{path}, taken from '{own['extends']}', {problem}"


def spec_error(source: str, problems: Sequence[Problem]) -> SpecError:
    """Return the error for a file with these problems; a single one is the message."""
    is_beyond = any(one.problem == UNKNOWN_KEY for one in problems)
    hint = "a later nexcred may know that key; what this one knows: nexcred schema connector" if is_beyond else ""
    if len(problems) == 1:
        return SpecError(f"{problems[0].field}: {problems[0].problem}", hint=hint, problems=tuple(problems))
    return SpecError(f"the connector {source} has {counted(problems)}", hint=hint, problems=tuple(problems))


def _problems_at(text: str, source: str, found: list[Found]) -> list[Problem]:
    """Say where each stands, in the order of the lines."""
    lines = lines_by_path(text)
    placed = sorted(((line_of(path, lines), path, problem) for path, problem in found), key=lambda each: each[0])
    return [
        Problem(f"{source}:{line}: {path}" if path else f"{source}:{line}", problem) for line, path, problem in placed
    ]
