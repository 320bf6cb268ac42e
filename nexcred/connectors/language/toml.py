"""Read TOML, and say where it is none. Nothing else calls the parser, which has to be spared what makes it slow."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from itertools import islice

from nexcred.connectors.language.toml_bounds import find_excess
from nexcred.errors import Problem

# More than these help nobody, and each costs.
MOST_PROBLEMS = 100

_TOML_LINE = re.compile(r"at line (\d+)")


class NotToml(Exception):
    """Bytes that are no TOML; `problem` says why, and on which line."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.problem)
        self.problem = problem


def read_toml(data: bytes, source: str) -> tuple[str, dict[str, object]]:
    """Return the text and the document; raise NotToml, whose problem names `source` and the line."""
    excess = find_excess(data)
    if excess is not None:
        raise NotToml(Problem(f"{source}:{excess.line}" if excess.line else source, excess.problem))
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
    raise NotToml(problem)


def first_problems(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the first problems of a file, each once."""
    return list(dict.fromkeys(islice(found, MOST_PROBLEMS)))


def counted(problems: Sequence[Problem]) -> str:
    """Return how many problems there are, in words."""
    return f"{len(problems)} problems{' or more' if len(problems) >= MOST_PROBLEMS else ''}"
