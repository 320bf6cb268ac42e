"""A login without HTTP, and what came of it: apart from the scheme, whose language takes long to import."""

from datetime import datetime
from typing import Literal

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS, repr_of

Driver = Literal["postgresql", "mysql", "smtp"]
TITLES: dict[Driver, str] = {"postgresql": "PostgreSQL", "mysql": "MySQL", "smtp": "SMTP"}
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
    """What the server said to a login. `code` is its own: an SQLSTATE, or the number of an error or a reply; "" when it
    let the user in.

    `user` and `version` are the server's words too. `asked` is false when it never wanted to see the password.
    `expires_at` is when it will refuse this password, where it says so.
    """

    code: str = ""
    message: str = ""
    user: str = ""
    version: str = ""
    encrypted: bool = False
    offers_tls: bool = False
    asked: bool = True
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return repr_of(self, "code", "version", "encrypted")
