"""Which IP addresses are on the public internet, seen through every way of wrapping one address in another."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_AZURE_HOST = IPv4Address("168.63.129.16")  # what Azure's virtual machines ask of the machine below them


def is_public(address: Address) -> bool:
    """False for loopback, private, link-local, carrier-grade NAT, multicast, reserved and documentation addresses.

    And for the one of Azure's platform, which is public by its number alone.
    """
    inner = _unwrap(address)
    if isinstance(inner, IPv6Address) and inner not in _GLOBAL_UNICAST:
        return False
    return inner.is_global and not inner.is_multicast and inner != _AZURE_HOST


def _unwrap(address: Address) -> Address:
    """Return the IPv4 address to which an IPv4-mapped, NAT64, 6to4 or Teredo address leads."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return address
