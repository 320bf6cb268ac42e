"""What a flow exchanges with whoever drives it."""

from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from types import MappingProxyType

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import DOTS, repr_of


class Request(NamedTuple):
    """One HTTP request, complete. A query in `url` is sent as it stands; `query` is added to it, not yet encoded.

    `repeated` are further lines of headers that `headers` has.
    """

    method: str
    url: str
    headers: Mapping[str, str] = MappingProxyType({})
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    repeated: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Request({self.method} {DOTS})"


class Response(NamedTuple):
    """One HTTP answer, read to its end. Header names are lower case, and values of one name joined.

    `lines` are the headers one by one, as they came: of cookies no joined value can be taken apart again.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    lines: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"


# Tokens that a flow was granted earlier, as they are kept sealed with a credential: JSON.
Session = Mapping[str, object]


class Grant(NamedTuple):
    """What authenticates a request: headers and query to add, then `finish`, for what depends on the whole request.

    `token` is what `nexcred token` prints. `session` is to be kept sealed before the grant is used; None when nothing
    new was granted. `granted_at` is told of a token whose end is not known. `signed_at` is the time that was signed
    with it, which the provider compares with its own clock.
    `found` are values of fields that came with it, not checked yet.
    `scheme` is that of the Authorization header which `finish` writes. `hear` is told the status and the headers (names
    in lower case) of each answer, and is true where the request is to be sent once more with the same grant; a grant
    that has it is for all requests of one client.
    `otherwise` is the same in the form to try where this one is refused; its session remembers that it works. Where
    `asks_otherwise` is given, its being true of an answer is what asks for that form.
    """

    headers: Mapping[str, str] = MappingProxyType({})
    query: tuple[tuple[str, str], ...] = ()
    finish: Callable[[Request], Request] | None = None
    token: str | None = None
    expires_at: datetime | None = None
    granted_at: datetime | None = None
    session: Session | None = None
    signed_at: datetime | None = None
    otherwise: "Grant | None" = None
    asks_otherwise: Callable[[Response], bool] | None = None
    found: Mapping[str, str] = MappingProxyType({})
    scheme: str = ""
    hear: Callable[[int, Mapping[str, str]], bool] | None = None

    def __repr__(self) -> str:
        return f"Grant({DOTS})"

    @property
    def has_unknown_end(self) -> bool:
        """True for a token of which nobody said how long it lives: any refusal may be its end."""
        return self.token is not None and self.expires_at is None


class Verdict(NamedTuple):
    """What one answer proves. `identity` and `detail` are the provider's words, unescaped.

    `login_code` is what a database server refused a login with, or TLS a client. `decided_by` is the key of the probe
    that decided, such as `rule[1]` or `expect`; "" is what every status means. `by_status` is true of a refusal which
    no code or rule of the provider's tells.
    """

    status: ProbeStatus
    identity: str | None = None
    detail: str = ""
    http_status: int | None = None
    retry_after_s: float | None = None
    expires_at: datetime | None = None
    decided_by: str = ""
    login_code: str = ""
    by_status: bool = False

    def __repr__(self) -> str:
        return repr_of(self, "status", "http_status", "decided_by")

    def doubted(self) -> "Verdict":
        """Return it as inconclusive, where it is a refusal by the status alone and no source says that it means one."""
        if not self.by_status:
            return self
        detail = f"refused, and no source says that this provider refuses a wrong key so: {self.detail}"
        return self._replace(status=ProbeStatus.INCONCLUSIVE, detail=detail)


class Refused(Exception):
    """Raised inside a flow when no grant was to be had; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.status.value)
        self.verdict = verdict


class NoAnswer(Exception):
    """Thrown into a flow at a request that nobody answered, or that may not be sent there; says why.

    One that does not catch it ends with what was the matter.
    """


AuthFlow = Generator[Request, Response, Grant]
ProbeFlow = Generator[Request, Response, Verdict]
