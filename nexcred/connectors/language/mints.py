"""Requests whose answers are credentials, as a connector's file lists them."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

_LITERAL = r"[^\s/?#*%\\{}]"
_PATH = rf"/|(?:/(?:{_LITERAL}++|{_LITERAL}*+\*{_LITERAL}*+))+"  # compiled where a file is checked


class Mint(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Below the base URL; in `path` a `*` is anything but a slash. `what` the answer is, such as "an access token".

    `parameters` are those that its query or form must have; a value ends with `*` where more may follow.
    """

    path: str
    what: str
    method: Literal["*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    parameters: dict[str, str] = {}


def problems_in_mints(mints: Iterable[Mint], at: str) -> Iterator[tuple[str, str]]:
    """Yield what no request could be, and what would tell nobody anything."""
    seen: set[tuple[object, ...]] = set()
    for index, mint in enumerate(mints):
        place = f"{at}[{index}]"
        if not re.fullmatch(_PATH, mint.path):
            yield (
                f"{place}.path",
                "must begin with '/', and have no encoding, no query, and one '*' in a part at most",
            )
        if not mint.what.strip():
            yield f"{place}.what", "is empty"
        key = (mint.method, mint.path, *sorted(mint.parameters.items()))
        if key in seen:
            yield place, "is given twice"
        seen.add(key)
