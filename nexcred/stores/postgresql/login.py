"""How a vault's database is logged in to: the URL, then a service, then the environment, as libpq has them.

No password in the URL, and nothing but the URL says how the server is made sure of.
"""

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from nexcred.auth.database_login import Connect
from nexcred.errors import InvalidData, StoreFailed
from nexcred.local.files import shown
from nexcred.model.bounded_file import read_file
from nexcred.model.text import make_visible
from nexcred.stores.postgresql.address import Address

_MOST_BYTES = 1024 * 1024
Warn = Callable[[str], None]


def login_of(address: Address, environment: Mapping[str, str], warn: Warn) -> Connect:
    """Return the login; raise StoreFailed where there is no user or password, or a file cannot be read."""
    service = _service(address, environment)
    user = address.user or service.get("user", "") or environment.get("PGUSER", "")
    if not user:
        raise StoreFailed(
            f"nothing says who logs in to {address.location}",
            hint="set PGUSER, or write it in the URL: postgresql://USER@HOST/DATABASE",
        )
    password = service.get("password", "") or environment.get("PGPASSWORD", "")
    password = password or _kept_password(address, user, service, environment, warn)
    if not password:
        raise StoreFailed(
            f"there is no password for {make_visible(user)} at {address.location}",
            hint="keep it in the file ~/.pgpass, or give it in PGPASSWORD",
        )
    root = address.root_certificate or service.get("sslrootcert", "") or environment.get("PGSSLROOTCERT", "")
    return Connect(
        driver="postgresql",
        host=address.host,
        port=address.port,
        database=address.database,
        username=user,
        password=password,
        tls=address.sslmode,
        ca=_certificates(root) if root and root != "system" and address.sslmode != "disable" else "",
    )


def _service(address: Address, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the options of the named service; of one that is for another server, nothing is taken.

    Raises StoreFailed where the URL names one that is nowhere, or not for this server.
    """
    name = address.service or environment.get("PGSERVICE", "")
    if not name:
        return {}
    from nexcred.databases.pg_service_lines import services_in  # which few logins need

    for path in _service_files(environment):
        for service in services_in(_read(path)) if path.exists() else ():
            if service.name == name and not service.problem:
                if _is_for(service.options, address):
                    return service.options
                if not address.service:
                    return {}
                raise StoreFailed(f"the service '{make_visible(name)}' is for another server than {address.location}")
    if not address.service:
        return {}
    raise StoreFailed(f"no file has the service '{make_visible(name)}'", hint="see PGSERVICEFILE")


def _is_for(options: Mapping[str, str], address: Address) -> bool:
    known = {"host": address.host, "port": str(address.port), "dbname": address.database}
    return all(options.get(name, value) == value for name, value in known.items())


def _service_files(environment: Mapping[str, str]) -> tuple[Path, ...]:
    own = environment.get("PGSERVICEFILE") or "~/.pg_service.conf"
    folder = environment.get("PGSYSCONFDIR")
    return tuple(_home(path) for path in (own, f"{folder}/pg_service.conf" if folder else "") if path)


def _kept_password(
    address: Address, user: str, service: Mapping[str, str], environment: Mapping[str, str], warn: Warn
) -> str:
    path = _home(service.get("passfile") or environment.get("PGPASSFILE") or "~/.pgpass")
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ""
    if os.name == "posix" and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        warn(f"{shown(path)} is not used, since others may read it: chmod 600")
        return ""
    from nexcred.databases.pgpass_lines import PasswordFile, password_lines  # which a password in a variable spares

    line = PasswordFile(password_lines(_read(path))).find((address.host, str(address.port), address.database, user))
    return line.password if line is not None else ""


def _certificates(path: str) -> str:
    """Return the authorities that are named: an empty file names none, and must not mean those of this machine."""
    data = _read(_home(path))
    if b"-----BEGIN " not in data or not data.isascii():
        raise StoreFailed(f"the file of the server's authority, {shown(Path(path))}, is not PEM")
    return data.decode("ascii")


def _read(path: Path) -> bytes:
    try:
        return read_file(path, _MOST_BYTES, lambda why: StoreFailed(f"{shown(path)} cannot be read: {why}"))
    except InvalidData as error:
        raise StoreFailed(f"{shown(path)}: {error.message}") from None


def _home(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
