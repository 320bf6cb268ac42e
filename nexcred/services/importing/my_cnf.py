"""Groups of `~/.my.cnf` (MySQL manual, Using Option Files), as its client programs read them."""

import re

from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.text_lines import BLANKS, Section, sections_of, text_of

_FIELDS = {"host": "host", "port": "port", "database": "database", "user": "username", "password": "password"}
_GROUP = re.compile(r"client(?:-mariadb|-server)?(?P<suffix>.*)|mysql")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<inside>(?:[^\\]|\\.)*?)(?P=quote)[ \t]*(?:#.*)?""")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "s": " "}


def read_my_cnf(data: bytes) -> Reading:
    groups = (section for section in sections_of(text_of(data), "#;!") if _GROUP.fullmatch(section.name))
    return Reading.of(_found(section) for section in groups if section.options)


def _found(section: Section) -> ImportCandidate | Unreadable:
    place = f"[{section.name}]"
    match = _GROUP.fullmatch(section.name)
    suffix = (match["suffix"] or "").strip("_-. ") if match else ""
    options = {key.replace("_", "-"): _plain(value) for key, value in section.options.items()}
    if not options.get("password"):
        return Unreadable(place, "holds no password", suffix or "mysql", "mysql")
    values = {_FIELDS[key]: Secret(value) for key, value in options.items() if key in _FIELDS and value}
    left_out = tuple(key for key in options if key not in _FIELDS)
    return ImportCandidate(place, "mysql", {"host": "localhost", **values}, name=suffix or "mysql", left_out=left_out)


def _plain(value: str) -> str:
    """Take quotes and escapes away; outside of quotes a '#' begins a comment."""
    quoted = _QUOTED.fullmatch(value)
    text = quoted["inside"] if quoted else value.partition("#")[0].rstrip(BLANKS)
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
