"""Whether a login without HTTP may go to the network that this machine is in."""

from collections.abc import Iterable, Sequence

from nexcred.auth.database_login import Connect
from nexcred.errors import NotPermitted
from nexcred.http.hostnames import parse_host
from nexcred.model.text import make_visible
from nexcred.network.addresses import Address, is_public


def check_inner_addresses(connect: Connect, allowed: Sequence[str] | None, addresses: Iterable[Address]) -> None:
    """Raise NotPermitted for an address that is not public, unless the host is allowed as HOST or HOST:PORT.

    With None every address is good: whoever is at the terminal has typed it there.
    """
    if allowed is None or _authorities(connect) & set(allowed):
        return
    if not all(map(is_public, addresses)):
        shown = make_visible(f"{connect.address or connect.host}:{connect.port}")
        raise NotPermitted(
            f"the service logs in to no address of its own network, and '{shown}' leads to one: "
            "allow it at the terminal, with nexcred update and --allow-host"
        )


def _authorities(connect: Connect) -> set[str]:
    """Return the host as `--allow-host` keeps it, alone and with the port."""
    place = connect.address or connect.host
    try:
        host = parse_host(f"[{place}]" if ":" in place else place).in_url
    except ValueError:  # a name that a resolver might know all the same, and nobody can allow
        return set()
    return {host, f"{host}:{connect.port}"}
