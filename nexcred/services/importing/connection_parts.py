"""A connection string parted into libpq's parameters: `postgres://user:password@host:port/database?name=value`."""

import re
from urllib.parse import unquote

Options = dict[str, str]

_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# libpq's grammar: a value is quoted, or ends at a blank; a backslash keeps the next character as it is.
_PAIR = re.compile(
    r"\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\']|\\.)(?:[^\s\\]|\\.)*)?)(?=\s|\Z)", re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PORT = re.compile(r"[0-9]{1,5}")
_HIDING = {"/": "%2F", "#": "%23", "?": "%3F", "@": "%40", "%": "%25", "+": "%2B", " ": "%20"}


class NotParted(ValueError):
    """A connection string that its readers would part differently, or not at all; says what to write, and no value."""


def url_options(url: str) -> Options | None:
    """Return the parameters of a URL; None where it is none. Raise NotParted."""
    if any(character.isspace() for character in url):
        raise _bare(" ")
    _, _, rest = url.removeprefix("jdbc:").partition("://")
    authority, separator, behind = _split(rest, "/?#")
    path, query = _path_and_query(separator + behind)
    _refuse_a_bare_at(authority, path, separator + behind)
    login, at, place = authority.rpartition("@")
    user, colon, password = login.partition(":")
    options = _place(place)
    options |= {"dbname": _decoded(path.removeprefix("/"))} if len(path) > 1 else {}
    options |= {"user": _decoded(user)} if at and user else {}
    options |= {"password": _decoded(password)} if colon else {}
    return {**options, **query}


def conninfo_options(text: str) -> Options | None:
    """Return the parameters of `name=value …`; None where it is something else."""
    options, end = {}, 0
    while found := _PAIR.match(text, end):
        value = found[2] if found[2] is not None else found[3] or ""
        options[found[1]], end = _ESCAPE.sub(r"\1", value), found.end()
    if text[end:].strip():
        if "password" in options or "password" in text:
            raise NotParted("cannot be split: put a value with a blank or a quote in single quotes")
        return None
    return options


def _split(text: str, ends: str) -> tuple[str, str, str]:
    """Part a text at the first of some characters."""
    place = min((found for found in map(text.find, ends) if found >= 0), default=len(text))
    return text[:place], text[place : place + 1], text[place + 1 :]


def _path_and_query(text: str) -> tuple[str, Options]:
    path, mark, query = _split(text, "?")
    options: Options = {}
    for pair in query.split("&") if mark else ():
        name, _, value = pair.partition("=")
        if set(name) & set("@/?:"):
            raise _bare("?", "@")
        if name in ("user", "password") and "+" in value:
            raise _bare("+")
        if name:
            options[_decoded(name)] = _decoded(value)
    return path, options


def _refuse_a_bare_at(authority: str, path: str, behind: str) -> None:
    if authority.count("@") > 1:
        raise _bare("@")
    if "@" in path:
        raise _bare(*(character for character in "/#@" if character in behind))
    if "#" in behind:
        raise _bare("#")


def _place(place: str) -> Options:
    if "," in place:
        raise NotParted("names several hosts, and a credential is for one")
    host, colon, port = place.rpartition(":")
    if place.endswith("]") or not colon:
        host, port = place, ""
    if port and not _PORT.fullmatch(port):
        raise NotParted("has a host or port that cannot be read")
    host = _decoded(host.removeprefix("[").removesuffix("]"))
    return {**({"host": host} if host else {}), **({"port": port} if port else {})}


def _decoded(text: str) -> str:
    if _BAD_PERCENT.search(text):
        raise _bare("%")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise NotParted("has percent-encoded bytes that are not UTF-8") from None


def _bare(*characters: str) -> NotParted:
    written = " and ".join(f"'{one}' as {_HIDING[one]}" for one in characters)
    return NotParted(f"cannot be split with certainty: write {written} in the user name, password and database")
