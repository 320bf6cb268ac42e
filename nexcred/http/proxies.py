"""Which proxy the environment wants for a target: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in either case."""

import base64
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from nexcred.http.hostnames import Host, is_loopback, parse_host
from nexcred.http.policy import DEFAULT_PORTS, Target
from nexcred.model.named_tuple import NamedTuple
from nexcred.network.failures import TransportFailed

# By the scheme of the proxy: curl's are these too.
_PORTS = {**DEFAULT_PORTS, "socks5": 1080, "socks5h": 1080}


class Proxy(NamedTuple):
    """The proxy to connect to. `headers` and `login` may hold its password."""

    scheme: str
    host: Host
    port: int
    headers: Mapping[str, str] = MappingProxyType({})
    login: tuple[str, str] = ("", "")

    @property
    def is_socks(self) -> bool:
        """True for one that is asked for the way, and knows nothing of what is sent there."""
        return self.scheme.startswith("socks")

    @property
    def authority(self) -> str:
        return f"{self.host.in_url}:{self.port}"

    def __repr__(self) -> str:
        return f"Proxy({self.scheme}://{self.authority})"


def proxy_for(target: Target, environment: Mapping[str, str]) -> Proxy | None:
    """Return the proxy to use; None for direct. This machine is never asked for through another one."""
    if is_loopback(target.host) or _is_exempt(target, _read(environment, "no_proxy")[1]):
        return None
    for name in (f"{target.scheme}_proxy", "all_proxy"):
        # A web server hands a client's `Proxy:` header to its scripts as HTTP_PROXY (httpoxy.org).
        if name == "http_proxy" and "REQUEST_METHOD" in environment and "http_proxy" not in environment:
            continue
        variable, value = _read(environment, name)
        if value:
            return _parse(variable, value)
    return None


def configured_proxies(environment: Mapping[str, str]) -> Iterator[tuple[str, Proxy | TransportFailed]]:
    """Yield each variable that names a proxy, with the proxy, or with what is wrong with it."""
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        variable, value = _read(environment, name)
        if not value:
            continue
        try:
            yield variable, _parse(variable, value)
        except TransportFailed as error:
            yield variable, error


def _read(environment: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return the variable that is set and its value; lower case wins, as in curl."""
    variable = name if name in environment else name.upper()
    return variable, environment.get(variable, "").strip()


def _parse(variable: str, value: str) -> Proxy:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
    except ValueError:
        raise TransportFailed.unreachable(f"{variable} is not the address of a proxy") from None
    if parts.scheme not in _PORTS:
        raise TransportFailed.unreachable(f"{variable} names a proxy that is neither http nor https nor socks5")
    try:
        host = parse_host(f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "")
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise TransportFailed.unreachable(f"{variable} is not the address of a proxy") from None
    proxy = Proxy(parts.scheme, host, port)
    if proxy.is_socks:
        _need_pysocks(variable)
    if parts.username is None:
        return proxy
    login = unquote(parts.username), unquote(parts.password or "")
    if proxy.is_socks:
        return proxy._replace(login=login)
    encoded = base64.b64encode(":".join(login).encode()).decode("ascii")
    return proxy._replace(headers={"Proxy-Authorization": f"Basic {encoded}"}, login=login)


def _need_pysocks(variable: str) -> None:
    try:
        import socks  # noqa: F401
    except ImportError:
        raise TransportFailed.unreachable(
            f"{variable} names a SOCKS proxy, and PySocks is not installed: pip install PySocks"
        ) from None


def _is_exempt(target: Target, no_proxy: str) -> bool:
    entries = [entry for entry in re.split(r"[,\s]+", no_proxy.lower()) if entry]
    return any(entry == "*" or _covers(entry, target) for entry in entries)


def _covers(entry: str, target: Target) -> bool:
    """Match a name and all below it, HOST:PORT, an address, or a network such as 10.0.0.0/8."""
    if target.host.address is not None and "/" in entry:
        try:
            return target.host.address in ip_network(entry, strict=False)
        except ValueError:
            return False
    name, port = _split_port(entry)
    if port and int(port) != target.port:
        return False
    if target.host.address is not None:
        try:
            return target.host.address == ip_address(name.strip("[]"))
        except ValueError:
            return False
    name = name.removeprefix("*").strip(".")
    return bool(name) and (target.host.name == name or target.host.name.endswith(f".{name}"))


def _split_port(entry: str) -> tuple[str, str]:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*):([0-9]{1,5})", entry)
    return (match[1], match[2]) if match else (entry, "")
