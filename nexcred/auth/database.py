"""Logging in to a database: no HTTP, so a login is what the edge is told, and what the server said comes back."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Literal

from msgspec import Struct

from nexcred.auth.flow import AuthFlow, Refused, Session, Verdict
from nexcred.auth.request import RequestSpec
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import DOTS, repr_of
from nexcred.model.template import Placeholder, TemplateContext, TemplateError, TextValues, render, render_optional

Driver = Literal["postgresql", "mysql"]
TITLES: dict[Driver, str] = {"postgresql": "PostgreSQL", "mysql": "MySQL"}
# In libpq's words; what falls back to no TLS by itself (allow, prefer) is not among them.
TLS_MODES = ("disable", "require", "verify-ca", "verify-full")


class Connect(NamedTuple):
    """A login to try, complete. `ca` is PEM, or "" for the authorities trusted here; `database` may be empty.

    With an `address`, the line goes there, and the host is only the name in the server's certificate.
    """

    driver: Driver
    host: str
    port: int
    database: str
    username: str
    password: str
    tls: str = "verify-full"
    ca: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return f"Connect({self.driver} {DOTS})"

    @property
    def uses_tls(self) -> bool:
        return self.tls != "disable"

    @property
    def verifies(self) -> bool:
        """True when the server must show a certificate that is trusted: as in libpq, `require` with a CA is one."""
        return self.tls in ("verify-ca", "verify-full") or (self.uses_tls and bool(self.ca))


class DatabaseLogin(NamedTuple):
    """What the server said to a login. `code` is its own: an SQLSTATE or an error number; "" when it let the user in.

    `user` and `version` are the server's words too. `asked` is false when it never wanted to see the password.
    """

    code: str = ""
    message: str = ""
    user: str = ""
    version: str = ""
    encrypted: bool = False
    offers_tls: bool = False
    asked: bool = True

    def __repr__(self) -> str:
        return repr_of(self, "code", "version", "encrypted")


class DatabaseAuth(Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="database", kw_only=True):
    """A login by user name and password. Each value is a template; what names no field that has a value is empty."""

    lives_in_session: ClassVar[bool] = False

    driver: Driver
    host: str = "{host}"
    port: str = "{port}"
    database: str = "{database}"
    username: str = "{username}"
    password: str = "{password}"  # noqa: S105  a template
    tls: str = "{sslmode}"
    ca: str = "{ca_certificate}"
    address: str = ""

    def places(self, at: str, /) -> Iterator[Placeholder]:
        for name in ("host", "port", "database", "username", "password", "tls", "ca", "address"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.TEXT)

    def requests(self) -> tuple[RequestSpec, ...]:
        return ()

    def expressions(self, _at: str, /) -> Iterator[tuple[str, str]]:
        yield from ()

    def flow(self, _values: TextValues, _now: datetime, _session: Session | None = None, /) -> AuthFlow:
        """Refuse: no HTTP request is ever authenticated by a database login."""
        yield from ()
        raise Refused(Verdict(ProbeStatus.UNSUPPORTED, detail=f"{TITLES[self.driver]} does not speak HTTP"))

    def connect(self, values: TextValues) -> Connect:
        """Fill every template; raise TemplateError for a value that no server can be told."""
        port = render(self.port, values, TemplateContext.TEXT)
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise TemplateError("port", "is not a port")
        tls = self._filled(self.tls, values) or "verify-full"
        if tls not in TLS_MODES:
            raise TemplateError("sslmode", f"must be one of: {', '.join(TLS_MODES)}")
        return Connect(
            driver=self.driver,
            host=render(self.host, values, TemplateContext.TEXT).removeprefix("[").removesuffix("]"),
            port=int(port),
            database=self._filled(self.database, values),
            username=render(self.username, values, TemplateContext.TEXT),
            password=render(self.password, values, TemplateContext.TEXT),
            tls=tls,
            ca=self._filled(self.ca, values),
            address=self._filled(self.address, values),
        )

    def _filled(self, template: str, values: TextValues) -> str:
        return render_optional(template, values, TemplateContext.TEXT) or ""
