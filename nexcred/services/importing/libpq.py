"""Parameters of libpq (PostgreSQL manual, Parameter Key Words), wherever they stand, as a credential."""

from collections.abc import Mapping

from nexcred.databases.pgpass_lines import PasswordFile
from nexcred.model.secret import Secret
from nexcred.services.importing.files import NamedFiles, NotRead
from nexcred.services.importing.found import ImportCandidate, Unreadable
from nexcred.services.importing.tls import CHECKING, WAVERING, sslmode_of

_FIELDS = {
    "host": "host",
    "hostaddr": "hostaddr",
    "port": "port",
    "dbname": "database",
    "user": "username",
    "password": "password",
}
_ROOT = "sslrootcert"
_USED = {*_FIELDS, "sslmode", _ROOT, "passfile"}
_PORT = "5432"


def candidate_of(
    place: str, name: str | None, options: Mapping[str, str], passwords: PasswordFile, files: NamedFiles
) -> ImportCandidate | Unreadable:
    """Return the credential, with a password that the password file has for it; or why there is none."""
    given = {one: value for one, value in options.items() if value}
    if "host" not in given and "hostaddr" in given:
        given["host"] = given.pop("hostaddr")
    assumed = ("the database of its user's name",) if "user" in given and "dbname" not in given else ()
    if assumed:
        given["dbname"] = given["user"]
    given.setdefault("password", _kept(given, passwords))
    if problem := _problem(given):
        return Unreadable(place, problem, name or "", "postgres")
    left_out = [one for one in given if one not in _USED]
    values: dict[str, object] = {_FIELDS[one]: Secret(value) for one, value in given.items() if one in _FIELDS}
    mode = given.get("sslmode", "")
    values |= {"sslmode": Secret(sslmode_of(mode))} if mode and mode not in WAVERING else {}
    left_out += [f"sslmode={mode}"] if mode in WAVERING else []
    if _ROOT in given:
        certificate = _certificate(given[_ROOT], files) if mode in ("", *WAVERING, *CHECKING) else ""
        values |= {"ca_certificate": certificate} if certificate else {}
        left_out += [] if certificate or given[_ROOT] == "system" else [_ROOT]
    return ImportCandidate(place, "postgres", values, name=name, left_out=tuple(left_out), assumed=assumed)


def _kept(given: Mapping[str, str], passwords: PasswordFile) -> str:
    """Return the password that libpq would find in the password file, "" for none."""
    key = (given.get("host", "localhost"), given.get("port", _PORT), given.get("dbname", ""), given.get("user", ""))
    line = passwords.find(key)
    return line.password if line is not None else ""


def _problem(given: Mapping[str, str]) -> str:
    if not given["password"]:
        return "holds no password"
    host = given.get("host", "")
    if host.startswith(("/", "@")):
        return "is for a socket of this machine"
    if "," in host or "," in given.get("port", ""):
        return "names several hosts, and a credential is for one"
    mode = given.get("sslmode", "")
    if mode and mode not in WAVERING and not sslmode_of(mode):
        return "asks for TLS with a word that PostgreSQL does not know (sslmode)"
    return ""


def _certificate(path: str, files: NamedFiles) -> str:
    try:
        return files.read(path).decode()
    except (NotRead, UnicodeDecodeError):
        return ""
