"""`~/.pgpass` (PostgreSQL manual, The Password File): `host:port:database:username:password`, with `*` for any."""

from collections.abc import Iterator, Mapping

from nexcred.databases.pgpass_lines import PasswordFile, PasswordLine, password_lines
from nexcred.model.secret import Secret
from nexcred.services.importing.files import FilePlace, named_by
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable

# The database that every server has, for a line that is of all of them.
_SOME_DATABASE = "postgres"


def pgpass_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    return (named_by(environment, "PGPASSFILE", "~/.pgpass"),)


def read_pgpass(data: bytes) -> Reading:
    return Reading.of(_found_in(password_lines(data)))


def _found_in(lines: Iterator[PasswordLine]) -> Iterator[ImportCandidate | Unreadable]:
    before = PasswordFile()
    for line in lines:
        first = before.find(line.key) if line.key else None
        before.add(line)
        if first is not None and first.password != line.password:
            problem = f"is never used: line {first.number} matches first, with another password"
            yield Unreadable(f"line {line.number}", problem, connector="postgres")
        else:
            yield _found(f"line {line.number}", line)


def _found(place: str, line: PasswordLine) -> ImportCandidate | Unreadable:
    if line.problem:
        return Unreadable(place, line.problem)
    host, port, database, username = line.key
    if host is None or username is None:
        return Unreadable(place, "is for any host or user, and a credential is for one", connector="postgres")
    if host.startswith("/"):
        return Unreadable(place, "is for a socket of this machine", connector="postgres")
    values: dict[str, object] = {"host": host, "database": _SOME_DATABASE if database is None else database}
    values |= {} if port is None else {"port": port}
    values |= {"username": username, "password": Secret(line.password)}
    name = f"{username}@{host}" if database is None else f"{username}@{host} {database}"
    assumed = (f"the database {_SOME_DATABASE}",) if database is None else ()
    return ImportCandidate(place, "postgres", values, name=name.replace("/", "_"), assumed=assumed)
