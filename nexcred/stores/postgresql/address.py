"""The URL of a vault in PostgreSQL: `postgresql://[USER@]HOST[:PORT]/DATABASE[?schema=…&sslmode=…&sslrootcert=…&service=…]`."""

import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from nexcred.auth.database_login import TLS_MODES
from nexcred.errors import UsageError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible

SCHEME = "postgresql"
DEFAULT_SCHEMA = "nexcred"
DEFAULT_PORT = 5432
_FORM = f"it has the form {SCHEME}://HOST/DATABASE, or {SCHEME}://HOST:PORT/DATABASE?schema=NAME"
# PostgreSQL cuts longer names, and 'pg_' is its own.
_SCHEMA = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}", re.ASCII)
_SECRET = ("password", "passfile", "sslkey", "sslpassword")
_KNOWN = ("schema", "sslmode", "sslrootcert", "service")


class Address(NamedTuple):
    """Where a vault is, and how its server is made sure of; no part of it is secret. `user` may be empty."""

    host: str
    port: int
    database: str
    schema: str
    user: str = ""
    sslmode: str = "verify-full"
    root_certificate: str = ""
    service: str = ""

    def __repr__(self) -> str:
        return repr_of(self)

    @property
    def location(self) -> str:
        """The URL without who logs in and how: the same for everybody who reaches the vault by this host."""
        host = f"[{self.host}]" if ":" in self.host else quote(self.host, safe="")
        return f"{SCHEME}://{host}:{self.port}/{quote(self.database, safe='')}?schema={self.schema}"


def read_address(url: str) -> Address:
    """Return what a URL says; raise UsageError, which repeats nothing of one that may hold a secret."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT
        host = unquote(parts.hostname or "", errors="strict")
        database = unquote(parts.path.removeprefix("/"), errors="strict")
        user = unquote(parts.username or "", errors="strict")
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), errors="strict")
    except ValueError:
        raise UsageError("the URL of the vault cannot be read", hint=_FORM) from None
    _refuse_secrets(has_password=parts.password is not None or ":" in user, names=[name for name, _ in options])
    if not host or not database or parts.fragment or "/" in database or "\0" in host + database + user:
        raise UsageError("the URL of a vault in PostgreSQL names a host and a database", hint=_FORM)
    if "," in parts.netloc or host.startswith("/"):
        raise UsageError("a vault in PostgreSQL is at one host, reached over the network", hint=_FORM)
    return _with_options(Address(host, port, database, DEFAULT_SCHEMA, user), options)


def _refuse_secrets(*, has_password: bool, names: list[str]) -> None:
    if has_password or any(name.lower() in _SECRET for name in names):
        raise UsageError(
            "a vault's URL holds no password: other programs could read it",
            hint="give it in PGPASSWORD, or keep it in the file ~/.pgpass",
        )


def _with_options(address: Address, options: list[tuple[str, str]]) -> Address:
    given = dict(options)
    if len(given) < len(options):
        raise UsageError("the URL of the vault says something twice", hint=_FORM)
    for name in given:
        if name not in _KNOWN:
            raise UsageError(
                f"the URL of a vault in PostgreSQL has no '{make_visible(name[:40])}'",
                hint=f"it takes: {', '.join(_KNOWN)}",
            )
    schema, sslmode = given.get("schema", DEFAULT_SCHEMA), given.get("sslmode", address.sslmode)
    if not _SCHEMA.fullmatch(schema):
        raise UsageError("a vault's schema has up to 63 lower-case letters, digits and '_', and no 'pg_' in front")
    if sslmode not in TLS_MODES:
        raise UsageError(f"sslmode must be one of: {', '.join(reversed(TLS_MODES))}")
    return address._replace(
        schema=schema,
        sslmode=sslmode,
        root_certificate=given.get("sslrootcert", ""),
        service=given.get("service", ""),
    )
