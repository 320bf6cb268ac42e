"""Decode a connector's file: strictly, with every problem at once and where it stands."""

import re
import tomllib
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from nexcred.connectors.consistency import problems_in_meaning
from nexcred.connectors.lines import line_of, lines_by_path
from nexcred.connectors.shared import with_shared
from nexcred.connectors.spec import Connector
from nexcred.connectors.structure import Found, problems_in_structure
from nexcred.errors import Problem, SpecError

SET_BY_LOADER = ("digest", "file")
_TOML_LINE = re.compile(r"at line (\d+)")


def decode_connector(data: bytes, source: str) -> Connector:
    """Return the connector, what its methods share filled in; raise SpecError that names `source` and each place."""
    text, document = _read(data, source)
    found = list(problems_in_structure(document, Connector))
    found += [(key, "unknown key") for key in SET_BY_LOADER if key in document]
    if not found:
        connector = msgspec.convert(document, Connector)
        found = list(dict.fromkeys(problems_in_meaning(connector)))
    if found:
        raise _spec_error(text, source, found)
    methods = tuple(with_shared(connector, method) for method in connector.methods)
    return replace(connector, methods=methods, digest=sha256(data).hexdigest())


def _read(data: bytes, source: str) -> tuple[str, dict[str, object]]:
    try:
        text = data.decode()
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(f"{source}:{line}", "is not UTF-8")
    except tomllib.TOMLDecodeError as error:
        at = _TOML_LINE.search(str(error))
        line = int(at[1]) if at else data.count(b"\n") + 1
        problem = Problem(f"{source}:{line}", f"is not TOML: {str(error).partition(' (at ')[0].lower()}")
    except RecursionError:
        problem = Problem(source, "is not TOML that can be read: too many levels")
    raise SpecError(f"the connector {source} has a problem", problems=(problem,))


def _spec_error(text: str, source: str, found: list[Found]) -> SpecError:
    lines = lines_by_path(text)
    placed = sorted(((line_of(path, lines), path, problem) for path, problem in found), key=lambda each: each[0])
    problems = tuple(
        Problem(f"{source}:{line}: {path}" if path else f"{source}:{line}", problem) for line, path, problem in placed
    )
    count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
    return SpecError(f"the connector {source} has {count}", problems=problems)
