"""Machines of `~/.netrc` (GNU Inetutils, The .netrc file): user names and passwords for HTTP."""

import re
from collections.abc import Iterator

from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.text_lines import text_of

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"]\S*')
# Blanks, never line breaks: those would be looked at again from each line.
_MACRO = re.compile(r"^[ \t]*macdef\b.*?(?:\n[ \t\r]*\n|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_MACHINE, _DEFAULT = "machine", "default"
_KEYS = {"login": "username", "user": "username", "password": "password", "account": "account"}


def read_netrc(data: bytes) -> Reading:
    """Read each machine as a REST API with basic authentication, on its host."""
    return Reading.of(_found(machine, values) for machine, values in _machines(text_of(data)))


def _machines(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    words = iter([_plain(word) for word in _WORD.findall(_COMMENT.sub("", _MACRO.sub("\n", text)))])
    machine, values = "", dict[str, str]()
    for word in words:
        if word in (_MACHINE, _DEFAULT):
            if values:
                yield machine, values
            machine, values = next(words, "") if word == _MACHINE else "", {}
        elif word in _KEYS:
            values[_KEYS[word]] = next(words, "")
    if values:
        yield machine, values


def _found(machine: str, values: dict[str, str]) -> ImportCandidate | Unreadable:
    place = f"machine {machine}" if machine else "default"
    if not machine:
        return Unreadable(place, "is for any machine, and a credential is for one", connector="rest")
    if not values.get("username") or not values.get("password"):
        return Unreadable(place, "lacks a login or a password", machine, "rest")
    fields = {"base_url": f"https://{machine}", "username": values["username"], "password": Secret(values["password"])}
    left_out = ("account",) if "account" in values else ()
    return ImportCandidate(place, "rest", fields, name=machine, method="basic", left_out=left_out)


def _plain(word: str) -> str:
    if word.startswith('"') and word.endswith('"') and len(word) > 1:
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word
