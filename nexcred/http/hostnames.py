"""One spelling for every host: lower case, punycode, no trailing dot, IP addresses in canonical form."""

import re
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from nexcred.model.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nexcred.network.addresses import Address

MAX_CHARACTERS = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
# RFC 6761, RFC 6762, RFC 8375, and the top-level domain that ICANN set aside for private use.
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".home.arpa")


class Host(NamedTuple):
    """A normalised host; `address` when it is an IP address in whatever notation."""

    name: str
    address: "Address | None" = None

    @property
    def in_url(self) -> str:
        return f"[{self.name}]" if isinstance(self.address, IPv6Address) else self.name


def parse_host(text: str) -> Host:
    """Normalise; raise ValueError with the reason when no host can have this name."""
    if text.startswith("[") and text.endswith("]"):
        return _parse_ipv6(text[1:-1])
    name = _to_ascii(text).lower().removesuffix(".")
    labels = name.split(".")
    # A last label that is a number makes the whole an IPv4 address or nothing (WHATWG URL, "ends in a number").
    if _NUMERIC.fullmatch(labels[-1]):
        return _parse_ipv4(name)
    if len(name) > MAX_CHARACTERS or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("it is not a host name")
    return Host(name)


def is_private_name(host: Host) -> bool:
    """True for names that only a local network answers for: single labels, localhost, .local, .internal."""
    return host.address is None and ("." not in host.name or host.name.endswith(_PRIVATE_ENDINGS))


def is_loopback(host: Host) -> bool:
    if host.address is not None:
        return host.address.is_loopback
    return host.name == "localhost" or host.name.endswith(".localhost")


def _to_ascii(text: str) -> str:
    if text.isascii():
        return text
    import idna  # its tables take longer than all else here, and most hosts are ASCII

    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise ValueError("it is not a host name") from None


def _parse_ipv6(text: str) -> Host:
    if "%" in text:
        raise ValueError("an address with a zone is not a host")
    try:
        address = IPv6Address(text)
    except ValueError:
        raise ValueError("it is not an IPv6 address") from None
    return Host(str(address), address)


def _parse_ipv4(name: str) -> Host:
    """Read what sockets read: 127.0.0.1, 127.1, 2130706433, 0x7f000001, 0177.0.0.1."""
    import socket  # a fiftieth of `helper git`, and few hosts are numbers

    try:
        packed = socket.inet_aton(name)
    except OSError:
        raise ValueError("it is not an IPv4 address") from None
    address = IPv4Address(packed)
    return Host(str(address), address)
