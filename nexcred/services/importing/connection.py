"""Connection strings of databases in a variable: URLs, those of JDBC too, and libpq's `host=… password=…`.

Readers of URLs part a password with a bare '/', '#', '@' or '%' differently: such a URL is named, and not taken.
"""

import re
from collections.abc import Mapping

from nexcred.databases.pgpass_lines import PasswordFile
from nexcred.model.secret import Secret
from nexcred.services.importing.connection_parts import NotParted, Options, conninfo_options, url_options
from nexcred.services.importing.files import NoFiles
from nexcred.services.importing.found import ImportCandidate, Unreadable
from nexcred.services.importing.libpq import candidate_of
from nexcred.services.importing.tls import WAVERING, sslmode_of

_CONNECTORS = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mysql2": "mysql",
    "mariadb": "mysql",
}
_CONNINFO = re.compile(r"\s*(?:host|hostaddr|port|user|dbname|password|sslmode)\s*=", re.ASCII)
_FIELDS = {"host": "host", "port": "port", "dbname": "database", "user": "username", "password": "password"}
_ENDINGS = ("DATABASE_URL", "DATASOURCE_URL", "DB_URL", "_URL", "_URI", "_DSN", "DSN")
# What drivers call it, without '-' and '_', and what else they say of TLS by a word of their own.
_MODE = "sslmode"
_SWITCHES = ("ssl", "usessl", "tls", "sslaccept", "requiressl")
_OFF, _ON = ("false", "0", "off", "no", "disable"), ("true", "1", "on", "yes", "strict")
_UNCHECKED = ("skip-verify", "accept_invalid_certs")


def from_connection(
    variable: str, value: str, variables: Mapping[str, str]
) -> tuple[ImportCandidate | Unreadable, set[str]] | None:
    """Return the credential of a connection string and the variables that make it; None for what holds no password."""
    connector = _connector_of(value)
    if not connector:
        return None
    beside: Mapping[str, str] = {}
    try:
        options = url_options(value) if "://" in value else conninfo_options(value)
        if options is None:
            return None
        if "password" not in options:
            beside = _beside(variable, variables)
            options = {**options, **{one: variables[name] for one, name in beside.items()}}
        if not options.get("password"):
            return None
        found = _candidate(variable, connector, _with_plain_tls(options))
    except NotParted as error:
        found = Unreadable(variable, str(error), connector=connector)
    return found, {variable, *beside.values()}


def _connector_of(value: str) -> str:
    scheme = value.strip().lower().removeprefix("jdbc:").partition("://")[0].partition("+")[0]
    return _CONNECTORS.get(scheme, "") or ("postgres" if _CONNINFO.match(value) and "://" not in value else "")


def _beside(variable: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables beside a URL that have its user and password, as JDBC's often are."""
    stem = variable.removesuffix("URL")
    if stem == variable:
        return {}
    named = {"user": ("USERNAME", "USER"), "password": ("PASSWORD", "PASS")}
    found = {one: next((stem + end for end in ends if stem + end in variables), "") for one, ends in named.items()}
    return {one: name for one, name in found.items() if name} if found["password"] else {}


def _with_plain_tls(options: Options) -> Options:
    """Write what drivers say of TLS as libpq does; raise NotParted for what nobody knows."""
    plain: Options = {}
    for name, value in options.items():
        word, text = name.lower().replace("-", "").replace("_", ""), value.lower()
        if word not in (_MODE, *_SWITCHES):
            plain[name] = value
            continue
        mode = text if word == _MODE and text in WAVERING else sslmode_of(value)
        if word != _MODE and not mode:
            mode = "disable" if text in _OFF else "require" if text in _UNCHECKED else text if text in WAVERING else ""
        if not mode and not (word != _MODE and text in _ON):
            raise NotParted(
                f"asks for TLS with a word that no connector knows ({name if word in _SWITCHES else _MODE})"
            )
        if mode and not (word == "requiressl" and mode == "disable"):
            plain[_MODE] = mode
    return plain


def _candidate(variable: str, connector: str, options: Options) -> ImportCandidate | Unreadable:
    name = _name_of(variable)
    if connector == "postgres":
        return candidate_of(variable, name, options, PasswordFile(), NoFiles())
    host, mode = options.get("host", ""), options.get(_MODE, "")
    if "," in host:
        raise NotParted("names several hosts, and a credential is for one")
    values: dict[str, object] = {_FIELDS[one]: Secret(value) for one, value in options.items() if one in _FIELDS}
    values |= {"sslmode": sslmode_of(mode)} if sslmode_of(mode) else {}
    left_out = [one for one in options if one not in (*_FIELDS, _MODE)]
    left_out += [f"{_MODE}={mode}"] if mode in WAVERING else []
    return ImportCandidate(variable, "mysql", values, name=name, left_out=tuple(left_out))


def _name_of(variable: str) -> str | None:
    ending = next((ending for ending in _ENDINGS if variable.endswith(ending)), "")
    return variable.removesuffix(ending).strip("_").lower().replace("_", "-") or None
