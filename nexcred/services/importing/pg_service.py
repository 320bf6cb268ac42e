"""Services of `~/.pg_service.conf` (PostgreSQL manual, The Connection Service File), as credentials."""

from collections.abc import Mapping, Sequence

from nexcred.databases.pg_service_lines import Service, services_in
from nexcred.databases.pgpass_lines import PasswordFile, password_lines
from nexcred.errors import InvalidData
from nexcred.model.text import make_visible
from nexcred.services.importing.files import FilePlace, NamedFiles, NotRead, SourceFile, named_by
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.libpq import candidate_of
from nexcred.services.importing.pgpass import pgpass_places

_PASSWORDS = "passwords"


def pg_service_places(environment: Mapping[str, str]) -> tuple[FilePlace, ...]:
    """Return the user's file, the machine's where it is named, and that of the passwords that services leave out."""
    folder = environment.get("PGSYSCONFDIR", "")
    of_machine = (FilePlace(f"{folder}/pg_service.conf", "PGSYSCONFDIR"),) if folder else ()
    passwords = (place._replace(role=_PASSWORDS, is_beside=True) for place in pgpass_places(environment))
    return (named_by(environment, "PGSERVICEFILE", "~/.pg_service.conf"), *of_machine, *passwords)


def read_pg_service_files(texts: Sequence[SourceFile], files: NamedFiles) -> Reading:
    passwords = PasswordFile(line for one in texts if one.role == _PASSWORDS for line in password_lines(one.data))
    services: dict[str, Service] = {}
    notes: list[str] = []
    for one in texts:
        if one.role != _PASSWORDS:
            for service in services_in(one.data):
                first = services.setdefault(service.name, service)
                if first is not service:
                    shown = make_visible(service.name)
                    notes.append(
                        f"line {service.line} is left out: libpq takes the first [{shown}], on line {first.line}"
                    )
    read = Reading.of(_found(service, passwords, files) for service in services.values())
    return read._replace(notes=tuple(notes))


def _found(service: Service, passwords: PasswordFile, files: NamedFiles) -> ImportCandidate | Unreadable:
    place, name = f"[{make_visible(service.name)}]", service.name
    if service.problem:
        return Unreadable(place, service.problem, name, "postgres")
    return candidate_of(place, name, service.options, _passwords_of(service, passwords, files), files)


def _passwords_of(service: Service, passwords: PasswordFile, files: NamedFiles) -> PasswordFile:
    """Return the password file that a service names, else the one there is."""
    if "password" in service.options or "passfile" not in service.options:
        return passwords
    try:
        return PasswordFile(password_lines(files.read(service.options["passfile"])))
    except (NotRead, InvalidData):
        return PasswordFile()
