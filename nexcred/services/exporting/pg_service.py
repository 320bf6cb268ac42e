"""`~/.pg_service.conf` (PostgreSQL manual, The Connection Service File): one service a credential."""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, require, texts
from nexcred.services.exporting.sections import SectionLine, section
from nexcred.services.exporting.server_authorities import authorities_for

# libpq (fe-connect.c, parseServiceFile) refuses the whole file for a longer line.
_LONGEST_LINE = 1000
_LOSSY = "holds a line break, or white space at its end, which a service file loses"
_KEYS = {
    "host": "host",
    "hostaddr": "hostaddr",
    "port": "port",
    "dbname": "database",
    "user": "username",
    "password": "password",
    "sslmode": "sslmode",
}


_NOT_INHERITED = ("hostaddr", "options")


def write_pg_service(exported: Sequence[Exported]) -> str:
    require(exported, "postgres", "pg_service")
    return "\n".join(_section(one) for one in exported)


def _section(one: Exported) -> str:
    values = texts(one)
    written = section(one, one.name, values, _KEYS, _line)
    if path := authorities_for(one):
        written += f"sslrootcert={path}\n"
    # What stands here empty is not taken from PGHOSTADDR and its kin.
    return written + "".join(f"{key}=\n" for key in _NOT_INHERITED if f"\n{key}=" not in written)


def _line(key: str, value: str) -> SectionLine:
    line = f"{key}={value}"
    if set(value) & set("\r\n\0") or value != value.rstrip():
        return SectionLine(line, _LOSSY)
    return SectionLine(line, "is too long for a line of a service file" if len(line.encode()) > _LONGEST_LINE else "")
