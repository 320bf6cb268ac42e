"""`DB_HOST`, `DB_PASSWORD` and their like, as Laravel and many others call them: which database, another one says."""

from collections.abc import Iterator, Mapping

from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate
from nexcred.services.importing.tls import WAVERING, sslmode_of

_ENGINES = ("DB_CONNECTION", "DB_ENGINE", "DB_TYPE", "DB_DIALECT", "DB_CLIENT", "DB_DRIVER")
_CONNECTORS = {
    "pgsql": "postgres",
    "postgres": "postgres",
    "postgresql": "postgres",
    "pg": "postgres",
    "postgis": "postgres",
    "mysql": "mysql",
    "mysql2": "mysql",
    "mariadb": "mysql",
}
_OF_PORT = {"5432": "postgres", "3306": "mysql"}
_FIELDS = {
    "host": ("DB_HOST", "DB_HOSTNAME"),
    "port": ("DB_PORT",),
    "database": ("DB_DATABASE", "DB_NAME"),
    "username": ("DB_USERNAME", "DB_USER"),
    "password": ("DB_PASSWORD", "DB_PASS"),
}
_MODE = "DB_SSLMODE"


def set_of_database(variables: Mapping[str, str]) -> Iterator[tuple[ImportCandidate, set[str]]]:
    """Yield the credential that these variables make, if they do, and the variables."""
    named = {field: name for field, names in _FIELDS.items() for name in names[::-1] if name in variables}
    engine = next((name for name in _ENGINES if name in variables), "")
    # Django's is a dotted path.
    connector = _CONNECTORS.get(variables.get(engine, "").lower().rpartition(".")[2], "")
    connector = connector or ("" if engine else _OF_PORT.get(variables.get(named.get("port", ""), ""), ""))
    if "password" not in named or not connector:
        return
    values: dict[str, object] = {field: Secret(variables[name]) for field, name in named.items()}
    used: set[str] = {*named.values(), *((engine,) if engine else ())}
    left_out: tuple[str, ...] = ()
    if _MODE in variables:
        mode = variables[_MODE]
        used |= {_MODE}
        values |= {} if mode in WAVERING else {"sslmode": sslmode_of(mode) or mode}
        left_out = (f"{_MODE}={mode}",) if mode in WAVERING else ()
    fields = {name: field for field, name in named.items()}
    yield ImportCandidate(", ".join(named.values()), connector, values, left_out=left_out, variables=fields), used
