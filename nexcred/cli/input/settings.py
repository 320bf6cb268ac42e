"""Values on the command line: `--set FIELD=VALUE`, and `-`, `@file`, `env:VARIABLE` where a secret is due."""

import os
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from nexcred.cli.input.generated import GENERATE, generated
from nexcred.connectors.language.kinds import FREE
from nexcred.connectors.language.spec import Field
from nexcred.errors import InvalidData, MissingField, Problem, UsageError
from nexcred.model.bounded_file import read_file
from nexcred.model.credential import MAX_SECRET_BYTES
from nexcred.model.line_end import without_line_end
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of

_NOTHING_CAME = "comes from standard input, which is empty"
_INDIRECT_KINDS = frozenset({"file", "json", "base64", "private_key", FREE})
_NAME = re.compile(r"\w[\w.-]*(?::(?P<mark>public|secret))?")
_INLINE = "is a secret, and does not belong on the command line"
# Two bytes more than a secret may have, so that a trailing CRLF does not hide one that is too long.
_READ_LIMIT = MAX_SECRET_BYTES + 3


class Given(NamedTuple):
    """One `--set`, parted at its first '='. `text` may be a secret that does not belong there.

    `is_secret` is what FIELD:public or FIELD:secret says; None where nothing is said.
    """

    field: str
    text: str
    is_secret: bool | None = None

    def __repr__(self) -> str:
        return f"Given({self.field!r})"


class Sources(NamedTuple):
    """The sources of the three indirect forms: standard input (read for a named flag), and the environment."""

    read_stdin: Callable[[str], bytes]
    environment: Mapping[bytes, bytes]

    def __repr__(self) -> str:
        return repr_of(self)


def parse_given(settings: Sequence[str]) -> tuple[Given, ...]:
    """Part each FIELD=VALUE; raise UsageError, without repeating it, for one that has no '=' or is given twice."""
    parsed: list[Given] = []
    for setting in settings:
        said, equals, text = setting.partition("=")
        marked = _NAME.fullmatch(said)
        if not equals or not marked:
            raise UsageError("--set takes FIELD=VALUE, with the name of a field before '='")
        field = said.partition(":")[0]
        if any(field == other.field for other in parsed):
            raise UsageError(f"--set {field}=… is given twice")
        parsed.append(Given(field, text, marked["mark"] == "secret" if marked["mark"] else None))
    return tuple(parsed)


def read_given(
    given: Sequence[Given], find: Callable[[str], Field | None], sources: Sources
) -> tuple[dict[str, object], tuple[Problem, ...]]:
    """Return the raw values by field as given, and all that is wrong with those that could not be read.

    A field that `find` does not know stays as typed: checking the values says so.
    """
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for field_name, text, is_secret in given:
        field = find(field_name)
        if field is not None and is_secret is not None and field.kind != FREE:
            problems.append(Problem(field_name, "is a secret or not as its connector says", f"--set {field_name}=…"))
            continue
        if field is None or not (field.secret or field.kind in _INDIRECT_KINDS):
            values[field_name] = text
            continue
        try:
            values[field_name] = _read(field, text, sources)
        except InvalidData as error:
            problems += error.problems
    return values, tuple(problems)


@contextmanager
def together_with(problems: tuple[Problem, ...]) -> Iterator[None]:
    """Raise what a check finds together with what was wrong before it, and that also when the check finds nothing."""
    try:
        yield
    except (MissingField, InvalidData) as error:
        if problems and (error.problems or isinstance(error, MissingField)):
            raise _merged(problems, error) from None
        raise
    if problems:
        raise refusal(problems)


def _merged(problems: tuple[Problem, ...], error: UsageError) -> UsageError:
    """Join what could not be read with what was then missing or bad; a field is named once."""
    unread = {problem.field for problem in problems}
    return refusal((*problems, *(problem for problem in error.problems if problem.field not in unread)))


def refusal(problems: tuple[Problem, ...]) -> InvalidData:
    """Make one error of several problems, each with its flag."""
    hint = _hint(problems)
    if len(problems) == 1:
        return InvalidData(f"{problems[0].field} {problems[0].problem}", hint, problems)
    return InvalidData(f"{len(problems)} values are missing or bad", hint, problems)


def _hint(problems: tuple[Problem, ...]) -> str:
    inline = next((problem.field for problem in problems if problem.problem == _INLINE), "")
    if inline:
        return f"pass --set {inline}=- (standard input), --set {inline}=@FILE or --set {inline}=env:VARIABLE"
    if any(problem.problem == _NOTHING_CAME for problem in problems):
        return "run what writes it by itself, and see that it prints the value"
    return ""


def _read(field: Field, text: str, sources: Sources) -> Secret | str:
    data = _bytes_of(field, text, sources)
    if data is None:
        return text
    if (field.kind not in _INDIRECT_KINDS or _is_one_line(field, data)) and (text == "-" or text.startswith("@")):
        data = without_line_end(data.removeprefix(BOM_UTF8))
    if not data and field.required:
        raise _empty(field, text)
    return Secret.from_bytes(data)


def _is_one_line(field: Field, data: bytes) -> bool:
    """True for a text that a program ended, as echo does; a document keeps its last line end: OpenSSH wants a key's."""
    if field.kind != FREE or b"\n" in without_line_end(data):
        return False
    return b"\0" not in data and isinstance(Secret.from_bytes(data).reveal(), str)


def _bytes_of(field: Field, text: str, sources: Sources) -> bytes | None:
    """Read what the form points at; None for an inline value of a field that is not secret."""
    if text == "-":
        return sources.read_stdin(f"--set {field.name}=-")
    if text.startswith("@"):
        return _read_file(field, Path(text[1:]))
    if text.startswith("env:"):
        return _read_variable(field, text.removeprefix("env:"), sources.environment)
    if field.secret and field.kind in ("text", FREE) and text.partition(":")[0] == GENERATE:
        return generated(text, lambda problem: _bad(field, problem, f"--set {field.name}={GENERATE}:32"))
    if field.secret:
        raise _bad(field, _INLINE)
    return None


def _read_file(field: Field, path: Path) -> bytes:
    return read_file(
        path, _READ_LIMIT, lambda why: _bad(field, f"cannot be read from its file: {why}", f"--set {field.name}=@FILE")
    )


def _read_variable(field: Field, variable: str, environment: Mapping[bytes, bytes]) -> bytes:
    value = environment.get(os.fsencode(variable))
    shown = variable if variable.isidentifier() else "that is named"
    if value is None:
        raise _bad(field, f"comes from the variable {shown}, which is not set", f"--set {field.name}=env:{shown}")
    if not value:
        raise _bad(field, f"comes from the variable {shown}, which is set but empty", f"--set {field.name}=env:{shown}")
    return value


def _empty(field: Field, text: str) -> InvalidData:
    """Say where nothing came from, which is where the fault is."""
    if text == "-":
        return _bad(field, _NOTHING_CAME)
    return _bad(field, "comes from a file, which is empty", f"--set {field.name}=@FILE")


def _bad(field: Field, problem: str, flag: str = "") -> InvalidData:
    return InvalidData(
        f"{field.name}: {problem}", problems=(Problem(field.name, problem, flag or f"--set {field.name}=-"),)
    )
