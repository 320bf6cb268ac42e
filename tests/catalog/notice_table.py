"""Read what providers are sent when people are told something, and what they answer: `notices/NAME.toml` for each."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tests.catalog.table import FOLDER, Answered, Wanted, answered_of, wanted_of


@dataclass(frozen=True, slots=True)
class TellingCall:
    """The request of one method that tells people something. Each refusal comes with what is said of it."""

    connector: str
    method: str
    values: Mapping[str, str | int]
    wanted: Wanted
    taken: Answered
    refusals: tuple[tuple[Answered, str], ...]

    def telling(self, subject: str, message: str) -> Wanted:
        """Return the request with what is told, where the file says {subject} and {message}."""
        body = json.dumps(self.wanted.body)
        for name, text in (("subject", subject), ("message", message)):
            body = body.replace(f"{{{name}}}", json.dumps(text)[1:-1])
        return replace(self.wanted, body=json.loads(body))

    def __repr__(self) -> str:
        return f"{self.connector}-{self.method}"


@lru_cache
def telling_calls() -> tuple[TellingCall, ...]:
    """Return those of every connector that has a file, by name."""
    return tuple(
        _call(path.stem, said, table["source"])
        for path in sorted((FOLDER / "notices").glob("*.toml"))
        for table in [tomllib.loads(path.read_text(encoding="utf-8"))]
        for said in table["method"]
    )


def _call(connector: str, said: dict[str, Any], source: str) -> TellingCall:
    answers = [(answered_of(one, source), one.get("says", "")) for one in said["answer"]]
    return TellingCall(
        connector,
        said["name"],
        said["values"],
        wanted_of({name: value for name, value in said.items() if name != "answer"}, source),
        next(answer for answer, _ in answers if answer.kind == "good"),
        tuple((answer, says) for answer, says in answers if answer.kind != "good"),
    )
