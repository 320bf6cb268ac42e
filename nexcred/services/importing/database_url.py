"""URLs of databases, such as `postgres://user:password@host:5432/name?sslmode=require`."""

from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate, Unreadable

_CONNECTORS = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mysql2": "mysql",
    "mariadb": "mysql",
}
_VARIABLE = "DATABASE_URL"


def from_database_url(variable: str, value: str) -> ImportCandidate | Unreadable | None:
    """Return the credential that a URL holds, None for what is no URL of a database with a password in it."""
    scheme = value.partition("://")[0].partition("+")[0].lower()
    connector = _CONNECTORS.get(scheme)
    if connector is None or "@" not in value:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return Unreadable(variable, "is a URL whose host or port cannot be read", connector=connector)
    if not parts.password:
        return None
    options = dict(parse_qsl(parts.query))
    values = _values(parts, port) | ({"sslmode": options.pop("sslmode")} if "sslmode" in options else {})
    stem = variable.removesuffix(_VARIABLE).removesuffix("_URL").strip("_").lower().replace("_", "-")
    return ImportCandidate(variable, connector, values, name=stem or None, left_out=tuple(options))


def _values(parts: SplitResult, port: int | None) -> dict[str, object]:
    values: dict[str, object] = {"host": parts.hostname or "", "username": unquote(parts.username or "")}
    values |= {"password": Secret(unquote(parts.password or ""))}
    values |= {"database": unquote(parts.path.removeprefix("/"))} if parts.path.strip("/") else {}
    return values | ({"port": port} if port is not None else {})
