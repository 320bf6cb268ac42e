"""What a stand-in received, and what it answers."""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in. Names in `headers` are lower case, and `lines` has each line of them."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    lines: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form body; empty for any other type of content."""
        if self.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
            return {}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def holds(self, text: str) -> bool:
        """True when the text came anywhere in this request."""
        return any(text in part for part in (self.target, self.body.decode("latin-1"), *self.headers.values()))


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Content-Length is added unless given."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = field(default=(("Content-Type", "application/json"),))


Script = Callable[[socket.socket], None]
Fault = Callable[[Received, Answer], Answer | Script]
"""What to do instead of the proper answer: another answer, or raw bytes written to the socket."""


def json_answer(content: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(status, json.dumps(content).encode(), (("Content-Type", "application/json"), *headers))


def html(title: str, status: int) -> Answer:
    page = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, page.encode(), (("Content-Type", "text/html; charset=utf-8"),))
