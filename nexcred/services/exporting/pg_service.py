"""`~/.pg_service.conf` (PostgreSQL manual, The Connection Service File): one service a credential."""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, require, texts, unfit

_KEYS = {
    "host": "host",
    "port": "port",
    "dbname": "database",
    "user": "username",
    "password": "password",
    "sslmode": "sslmode",
}


def write_pg_service(exported: Sequence[Exported]) -> str:
    require(exported, "postgres", "pg_service")
    return "\n".join(_section(one) for one in exported)


def _section(one: Exported) -> str:
    if "]" in one.name:
        raise unfit(one, "name", "holds ']', which ends the name of a service")
    values = texts(one)
    lines = [f"[{one.name}]\n"]
    for key, field in _KEYS.items():
        value = values.get(field, "")
        if not value:
            continue
        if set(value) & set("\r\n\0") or value != value.rstrip():
            raise unfit(one, field, "holds a line break, or white space at its end, which a service file loses")
        lines.append(f"{key}={value}\n")
    if values.get("sslmode") == "verify-full" and "ca_certificate" not in values:
        lines.append("sslrootcert=system\n")  # without it libpq wants a file of its own
    return "".join(lines)
