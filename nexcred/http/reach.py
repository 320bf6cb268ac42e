"""Reaching a host: looked up once, checked, and dialled at the very addresses that were checked."""

from collections.abc import Callable

from nexcred.http.policy import HostPolicy, Target
from nexcred.http.proxies import Proxy
from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline

Resolver = Callable[[str, Deadline], tuple[Address, ...]]


def resolve_checked(
    policy: HostPolicy, target: Target, proxy: Proxy | None, deadline: Deadline, resolver: Resolver
) -> tuple[tuple[Address, ...], int]:
    """Return the addresses to dial and the port; raise HostRefused, TransportFailed.

    A proxy looks the target up itself, and may be private.
    """
    host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
    addresses = (host.address,) if host.address is not None else resolver(host.name, deadline)
    if proxy is None:
        policy.check_addresses(target, addresses)
    return addresses, port
