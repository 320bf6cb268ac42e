"""Services of `~/.pg_service.conf` (PostgreSQL manual, The Connection Service File)."""

from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.text_lines import Section, sections_of, text_of

_FIELDS = {
    "host": "host",
    "hostaddr": "hostaddr",
    "port": "port",
    "dbname": "database",
    "user": "username",
    "password": "password",
    "sslmode": "sslmode",
}


def read_pg_service(data: bytes) -> Reading:
    return Reading.of(_found(section) for section in sections_of(text_of(data), "#"))


def _found(section: Section) -> ImportCandidate | Unreadable:
    place = f"[{section.name}]"
    if not section.options.get("password"):
        return Unreadable(place, "holds no password", section.name, "postgres")
    values = {_FIELDS[key]: Secret(value) for key, value in section.options.items() if key in _FIELDS and value}
    if "hostaddr" in values and "host" not in values:
        values["host"] = values.pop("hostaddr")
    left_out = tuple(key for key in section.options if key not in _FIELDS)
    return ImportCandidate(place, "postgres", values, name=section.name, left_out=left_out)
