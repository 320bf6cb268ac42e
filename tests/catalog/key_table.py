"""Read what providers are sent about keys and what they answer: a TOML file for each connector, in `keys/`."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.catalog.table import FOLDER, Answered, Wanted, answered_of, wanted_of

# `retire` is how a rotation revokes the old key, where the method itself has another way.
Does = Literal["create", "list", "revoke", "retire"]


@dataclass(frozen=True, slots=True)
class Held:
    """The values of a credential, of one method of a connector, and the tokens of the session that a login keeps."""

    connector: str
    method: str
    values: Mapping[str, str | int]
    session: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class KeyCall:
    """One call about the key of `held`: the requests that must come, the last of which is the call itself.

    Those before it ask for a token or about the old key, and each has its answer. `sets` are the values that differ
    once the key was made; a list `finds` the ids of keys. `rotator` is the other credential that acts, if any. `unsent`
    are answers to the request before the call after which that must not be sent.
    """

    held: Held
    rotator: Held | None
    does: Does
    name: str
    before: tuple[Wanted, ...]
    wanted: Wanted
    answers: tuple[Answered, ...]
    sets: Mapping[str, str]
    finds: tuple[str, ...]
    unsent: tuple[str, ...]

    @property
    def hosts(self) -> list[str]:
        return list(dict.fromkeys(urlsplit(wanted.url).netloc for wanted in (*self.before, self.wanted)))

    @property
    def good(self) -> Answered:
        return next(answer for answer in self.answers if answer.kind == "good")

    def __repr__(self) -> str:
        return f"{self.held.connector}-{self.held.method}-{self.name}"


@lru_cache
def key_calls() -> tuple[KeyCall, ...]:
    """Return those of every connector that has a file of them, by name."""
    return tuple(
        one for path in sorted((FOLDER / "keys").glob("*.toml")) for one in _calls_in(path.stem, path.read_text())
    )


def _calls_in(connector: str, text: str) -> Iterator[KeyCall]:
    table = tomllib.loads(text)
    for said in table["method"]:
        held = Held(connector, said["name"], said["values"], said.get("session"))
        for call in said["call"]:
            yield _call(held, call, call.get("source", table.get("source", "")))


def _call(held: Held, said: dict[str, Any], source: str) -> KeyCall:
    rotator = said.get("rotator")
    return KeyCall(
        held=held,
        rotator=Held(rotator["connector"], rotator["method"], rotator["values"]) if rotator else None,
        does=said["does"],
        name=f"{said['does']} by a rotator" if rotator else said["does"],
        before=tuple(wanted_of(one, source) for one in said.get("before", ())),
        wanted=wanted_of({name: one for name, one in said.items() if name != "answer"}, source),
        answers=tuple(answered_of(one, source) for one in said["answer"]),
        sets=said.get("sets", {}),
        finds=tuple(said.get("finds", ())),
        unsent=tuple(said.get("unsent", ())),
    )
