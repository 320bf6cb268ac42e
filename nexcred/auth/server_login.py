"""A login without HTTP, to a database or a mail server: the edge is told it, and what the server said comes back."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from nexcred.auth.database_login import TITLES, TLS_MODES, Connect, Driver
from nexcred.auth.flow import AuthFlow, Refused, Session, Verdict
from nexcred.auth.request import RequestSpec
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import Placeholder, TemplateContext, TemplateError, TextValues, render, render_optional

USUAL_TLS = "verify-full"
USUAL_CA = "{ca_certificate}"


class LoginAuth(Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="login", kw_only=True):
    """A login by user name and password. Each value is a template; what names no field that has a value is empty.

    A mail server's (`driver` smtp) has no `database`, and ever TLS.
    """

    lives_in_session: ClassVar[bool] = False

    driver: Driver
    host: str = "{host}"
    port: str = "{port}"
    database: str = "{database}"
    username: str = "{username}"
    password: str = "{password}"  # noqa: S105  a template
    tls: str = "{sslmode}"
    ca: str = USUAL_CA
    address: str = ""

    def places(self, at: str, /) -> Iterator[Placeholder]:
        for name in ("host", "port", "database", "username", "password", "tls", "ca", "address"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.TEXT)

    def requests(self) -> tuple[RequestSpec, ...]:
        return ()

    def expressions(self, _at: str, /) -> Iterator[tuple[str, str]]:
        yield from ()

    def flow(self, _values: TextValues, _now: datetime, _session: Session | None = None, /) -> AuthFlow:
        """Refuse: no HTTP request is ever authenticated by such a login."""
        yield from ()
        raise Refused(Verdict(ProbeStatus.UNSUPPORTED, detail=f"{TITLES[self.driver]} does not speak HTTP"))

    def connect(self, values: TextValues) -> Connect:
        """Fill every template; raise TemplateError for a value that no server can be told."""
        port = render(self.port, values, TemplateContext.TEXT)
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise TemplateError("port", "is not a port")
        tls = self._filled(self.tls, values) or USUAL_TLS
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
