"""`~/.pgpass` (PostgreSQL manual, The Password File): `host:port:database:username:password`, with `*` for any."""

import re

from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.text_lines import lines_of, text_of

_ANY = "*"
_PART = re.compile(r"((?:[^:\\]|\\.?)*)(?::|\Z)")
# The database that every server has, for a line that is of all of them.
_SOME_DATABASE = "postgres"


def read_pgpass(data: bytes) -> Reading:
    lines = enumerate(lines_of(text_of(data)), start=1)
    return Reading.of(_found(f"line {number}", line) for number, line in lines if line and not line.startswith("#"))


def _found(place: str, line: str) -> ImportCandidate | Unreadable:
    parts = [_plain(part) for part in _PART.findall(line)[:5]]
    if len(parts) < 5 or not parts[4]:
        return Unreadable(place, "is not host:port:database:username:password")
    host, port, database, username, password = parts
    if _ANY in (host, username):
        return Unreadable(place, "is for any host or user, and a credential is for one", connector="postgres")
    if host.startswith("/"):
        return Unreadable(place, "is for a socket of this machine", connector="postgres")
    values: dict[str, object] = {"host": host, "database": _SOME_DATABASE if database == _ANY else database}
    values |= {} if port == _ANY else {"port": port}
    values |= {"username": username, "password": Secret(password)}
    name = f"{username}@{host}" if database == _ANY else f"{username}@{host} {database}"
    return ImportCandidate(place, "postgres", values, name=name.replace("/", "_"))


def _plain(part: str) -> str:
    return re.sub(r"\\(.)", r"\1", part)
