"""Decide which hosts a credential may be sent to: before a name is looked up, and again for its addresses."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, urlsplit

from nexcred.errors import HostRefused, InvalidData, Problem
from nexcred.http.hostnames import Host, is_private_name, parse_host
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible

if TYPE_CHECKING:
    from nexcred.model.client_certificate import ClientCertificate
    from nexcred.network.addresses import Address

DEFAULT_PORTS = {"https": 443, "http": 80}
_SHOWN_CHARACTERS = 80
# What a request target may hold (RFC 3986 section 3), and `%`, which begins what was encoded before.
_AS_IT_IS = "!#$%&'()*+,/:;=?@[]~"
_ONCE_KEPT = "; to a credential that is kept already by nexcred update"


class Target(NamedTuple):
    """A checked URL in its parts. `explicit` when the user allowed this host, and so any address it has."""

    scheme: str
    host: Host
    port: int
    path: str
    query: str
    explicit: bool

    @property
    def authority(self) -> str:
        """The host as `--allow-host` takes it: with the port, unless it is the scheme's own."""
        return self.host.in_url if self.port == DEFAULT_PORTS[self.scheme] else f"{self.host.in_url}:{self.port}"

    @property
    def as_sent(self) -> str:
        """The path and the query of the request line."""
        return quote(f"{self.path}?{self.query}" if self.query else self.path, safe=_AS_IT_IS)

    def __repr__(self) -> str:
        return repr_of(self, "scheme", "host", "port")


class HostPolicy(NamedTuple):
    """`hosts` are the connector's: names or `*.suffix`, https on 443 unless `:PORT` follows. `allowed` are the user's.

    An allowed HOST means the scheme's own port, HOST:PORT that port; both may be private, and both may be plain http.
    `later` are the connector's too, but not as it was when the user chose it: they are refused with that reason.
    `shown` is what these hosts are shown in TLS where they ask for a certificate, and no proxy is.
    """

    hosts: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    shown: "ClientCertificate | None" = None

    def check(self, url: str) -> Target:
        """Return the parts of a URL that may be used; raise HostRefused for any other."""
        target = _parse(url)
        if target.authority in self.allowed or f"{target.host.in_url}:{target.port}" in self.allowed:
            return _explicit(target)
        if not any(_matches(target, pattern) for pattern in self.hosts):
            is_later = any(_matches(target, pattern) for pattern in self.later)
            if is_later:
                raise _refused(target, "its connector names that host only since it was changed", _ONCE_KEPT)
            raise _refused(target, "it is not a host of this connector")
        if target.scheme != "https":
            raise _refused(target, "plain http would show it to every machine on the way")
        if target.host.address is not None:
            raise _refused(target, "it is an address, not a name")
        if is_private_name(target.host):
            raise _refused(target, "it is a name of a private network")
        return target

    def check_addresses(self, target: Target, addresses: "Iterable[Address]") -> None:
        """Raise HostRefused when a name that was not allowed explicitly leads to an address that is not public."""
        if target.explicit:
            return
        from nexcred.network.addresses import is_public  # whoever only compares hosts has none

        for address in addresses:
            if not is_public(address):
                raise _refused(target, f"it leads to {address}, which is not a public address")


def parse_allow_host(text: str) -> str:
    """Normalise HOST or HOST:PORT; raise InvalidData for URLs, wildcards, user names and anything else."""
    try:
        if any(character in text for character in "/@%*?#\\") or not text.isprintable() or " " in text:
            raise ValueError("write HOST or HOST:PORT, without a scheme, path, user or wildcard")
        parts = urlsplit(f"//{text}")
        port = parts.port
        host = parse_host(_host_text(parts))
        if port == 0:
            raise ValueError("0 is not a port")
    except ValueError as error:
        shown = make_visible(text[:_SHOWN_CHARACTERS])
        problem = str(error) or "it is not a host"
        raise InvalidData(
            f"'{shown}' is not a host to allow: {problem}",
            hint="for example: --allow-host api.example.com, or --allow-host 127.0.0.1:8080",
            problems=(Problem("allow_host", problem, "--allow-host HOST[:PORT]"),),
        ) from None
    return host.in_url if port is None else f"{host.in_url}:{port}"


def _parse(url: str) -> Target:
    # urlsplit drops tabs and line breaks, and a backslash is a slash to some servers: neither may reach it.
    if not url.isprintable() or any(character in url for character in ' \\"<>'):
        raise HostRefused("the address holds a character that no URL may hold")
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme, parts.port
    except ValueError:
        raise HostRefused("the address is not a URL: its host or port cannot be read") from None
    if scheme not in DEFAULT_PORTS:
        raise HostRefused(
            f"'{make_visible(scheme[:20])}:' addresses are never used",
            hint="write an address that begins with https://",
        )
    if "@" in parts.netloc:
        raise HostRefused(
            "the address holds a user name ('user@host'), which is never used",
            hint="write the host alone, and give the user name as a field of its own",
        )
    if parts.fragment or not parts.path.isascii() or not parts.query.isascii():
        raise HostRefused("the address holds a part that cannot be sent as it is: percent-encode it")
    try:
        host = parse_host(_host_text(parts))
        if port == 0:
            raise ValueError("0 is not a port")
    except ValueError as error:
        raise HostRefused(f"'{make_visible(parts.netloc[:_SHOWN_CHARACTERS])}' is refused: {error}") from None
    return Target(scheme, host, port or DEFAULT_PORTS[scheme], parts.path or "/", parts.query, explicit=False)


def _host_text(parts: SplitResult) -> str:
    """Return the host as written: `hostname` would drop the brackets that tell IPv6 from a name."""
    if not parts.netloc.startswith("["):
        return parts.netloc.partition(":")[0]
    address, bracket, rest = parts.netloc.partition("]")
    if rest and not rest.startswith(":"):
        raise ValueError("it is not an IPv6 address")
    return address + bracket


def _explicit(target: Target) -> Target:
    return Target(target.scheme, target.host, target.port, target.path, target.query, explicit=True)


def _matches(target: Target, pattern: str) -> bool:
    """Compare with one of the connector's hosts. The port of plain http is let through, to be refused by its name."""
    wildcard = pattern.startswith("*.")
    try:
        parts = urlsplit(f"//{pattern.removeprefix('*.')}")
        host, port = parse_host(_host_text(parts)), parts.port or DEFAULT_PORTS["https"]
    except ValueError:
        return False
    if target.scheme == "https" and target.port != port:
        return False
    if wildcard:
        return target.host.address is None and target.host.name.endswith(f".{host.name}")
    return target.host == host


def _refused(target: Target, why: str, further: str = "") -> HostRefused:
    return HostRefused(
        f"this credential may not be sent to '{target.scheme}://{target.authority}': {why}",
        hint=f"if you trust that host with it, add: --allow-host {target.authority}{further}",
        authority=target.authority,
    )
