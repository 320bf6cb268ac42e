"""Read the answers: a TOML file for each connector, what a whole file shares said once at its top."""

import json
import tomllib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

FOLDER = Path(__file__).parent
Kind = Literal["good", "bad", "expired", "forbidden", "limited", "other", "already"]
NEEDED: tuple[Kind, ...] = ("good", "bad", "forbidden", "limited")
# What an answer of a kind proves, unless its file says otherwise.
USUAL = {
    "good": "accepted",
    "bad": "rejected",
    "expired": "expired",
    "forbidden": "forbidden",
    "limited": "rate_limited",
    "other": "inconclusive",
    "already": "gone",
}
ANYTHING = "…"
# A JWT that the made key signed.
SIGNED = "<signed>"
# Days of the request: how many from the present one, and how each is written. A probe is sent on any day.
DAYS = {"{today}": (0, "%Y-%m-%d"), "{today-1d}": (-1, "%Y-%m-%d"), "{http_today}": (0, "%a, %d %b %Y")}


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and the verdict that is right. `to` says which request it answers, the last one unless it is said.

    One without a `source` is assumed: only its shape is known, and it proves nothing.
    """

    kind: Kind
    verdict: str
    source: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    identity: str | None = None
    expires: str | None = None
    to: int = -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request as the provider documents it. All that is said must come so; nothing else may hold a secret.

    `claims` are those of the JWT that it holds, beside the times. Days in the URL and the headers are as in `DAYS`.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: object
    claims: Mapping[str, str]
    answer: Answered | None

    def on(self, now: datetime) -> "Wanted":
        """Return it as it must come at that time."""
        days = {name: (now + timedelta(days=ahead)).strftime(form) for name, (ahead, form) in DAYS.items()}
        headers = {name: _with_days(value, days) for name, value in self.headers.items()}
        return replace(self, url=_with_days(self.url, days), headers=headers)


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """One method: the values that a person gives, the requests that must come, and the answers to them.

    `elsewhere` are the requests that follow the first bad answer, to the other places that may know the key.
    """

    connector: str
    method: str
    values: Mapping[str, str | int]
    requests: tuple[Wanted, ...]
    elsewhere: tuple[Wanted, ...]
    answers: tuple[Answered, ...]
    undocumented: tuple[str, ...]

    @property
    def hosts(self) -> list[str]:
        return list(dict.fromkeys(urlsplit(wanted.url).netloc for wanted in (*self.requests, *self.elsewhere)))

    def of_kind(self, kind: str) -> Answered | None:
        return next((one for one in self.answers if one.kind == kind), None)

    def __repr__(self) -> str:
        return f"{self.connector}-{self.method}"


@lru_cache
def conversations() -> tuple[Conversation, ...]:
    """Return those of every connector, by name."""
    return tuple(one for path in sorted(FOLDER.glob("*.toml")) for one in _conversations_in(path))


def _conversations_in(path: Path) -> Iterator[Conversation]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    source = table.get("source", "")
    for said in table["method"]:
        yield Conversation(
            path.stem,
            said["name"],
            said["values"],
            tuple(wanted_of(one, source) for one in said["request"]),
            tuple(wanted_of(one, source) for one in said.get("elsewhere", ())),
            tuple(answered_of(one, source) for one in said["answer"]),
            (*table.get("undocumented", ()), *said.get("undocumented", ())),
        )


def wanted_of(said: dict[str, Any], source: str) -> Wanted:
    """Return a request as a file says it."""
    method, _, url = said["line"].partition(" ")
    headers = dict(said.get("headers", {}))
    if "basic" in said:
        headers["Authorization"] = f"Basic {b64encode(said['basic'].encode()).decode()}"
    body: object = said.get("json")
    if isinstance(body, str):  # as TOML cannot say it
        body = json.loads(body)
    if "form" in said:
        body = urlencode(said["form"])
    answer = answered_of({"kind": "good", **said["answer"]}, source) if "answer" in said else None
    return Wanted(method, url, headers, body, said.get("claims", {}), answer)


def answered_of(said: dict[str, Any], source: str) -> Answered:
    """Return an answer as a file says it."""
    body = said.get("body", "")
    kind = said.get("type", "application/json" if body.startswith(("{", "[")) else "")
    headers = {**({"Content-Type": kind} if kind else {}), **said.get("headers", {})}
    return Answered(
        said["kind"],
        said.get("verdict", USUAL[said["kind"]]),
        said.get("source", source),
        said.get("status", 200),
        headers,
        body.encode(),
        said.get("identity"),
        said.get("expires"),
        said.get("to", -1),
    )


def _with_days(text: str, days: Mapping[str, str]) -> str:
    for name, day in days.items():
        text = text.replace(name, day)
    return text


def json_of(body: bytes) -> object:
    """Return the document that a body holds; None for none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
