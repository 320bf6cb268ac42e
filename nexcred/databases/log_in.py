"""One login: look the server up, connect, and let the right driver speak."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from ipaddress import ip_address

from nexcred.auth.database_login import Connect, DatabaseLogin, Driver
from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.guarded_socket import connect_guarded

Resolver = Callable[[str, Deadline], tuple[Address, ...]]
# Raises what keeps a login from going to these addresses.
CheckAddresses = Callable[[Sequence[Address]], None]
# A store of the kind that loads late: one driver takes as long to import as all the rest of a probe.
DRIVERS: dict[Driver, str] = {
    "postgresql": "nexcred.databases.postgresql",
    "mysql": "nexcred.databases.mysql",
    "smtp": "nexcred.databases.smtp",
}


def log_in(
    connect: Connect,
    deadline: Deadline,
    *,
    environment: Mapping[str, str],
    resolver: Resolver,
    check: CheckAddresses = lambda _addresses: None,
) -> DatabaseLogin:
    """Return what the server said; raise TransportFailed when no answer could be had within the deadline.

    `check` is shown where it goes before anybody is asked.
    """
    addresses = addresses_of(connect.address or connect.host, deadline, resolver)
    check(addresses)
    line = connect_guarded(addresses, connect.port, deadline)
    try:
        login: DatabaseLogin = import_module(DRIVERS[connect.driver]).log_in(connect, line, deadline, environment)
        return login
    finally:
        line.close()


def addresses_of(host: str, deadline: Deadline, resolver: Resolver) -> tuple[Address, ...]:
    """Return the addresses of a host, which may be one itself; raise TransportFailed where there is none."""
    try:
        return (ip_address(host),)
    except ValueError:
        return resolver(host, deadline)
