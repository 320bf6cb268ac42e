"""What nexcred runs on."""

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version

from nexcred.services.doctor.check import Check, Status
from nexcred.version import __version__

NAME = "versions"
_PACKAGES = ("cryptography", "keyring", "requests", "typer")
_STRICT_TABLES = (3, 37)


def check_versions(sqlite_version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Check:
    """Name the versions; vaults need an SQLite that knows strict tables."""
    packages = ", ".join(f"{name} {_version_of(name)}" for name in _PACKAGES)
    sqlite = ".".join(map(str, sqlite_version))
    detail = f"nexcred {__version__}, Python {platform.python_version()}, SQLite {sqlite}, {packages}"
    if sqlite_version[:2] < _STRICT_TABLES:
        hint = "install a Python whose SQLite is 3.37 or later"
        return Check(NAME, Status.PROBLEM, f"{detail}: this SQLite is too old for a vault", hint)
    return Check(NAME, Status.OK, detail)


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
