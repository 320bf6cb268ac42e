"""Room for the connections of a service among the files that a process may have open."""

from contextlib import suppress

from nexcred.server.limits import MOST_CONNECTIONS, MOST_HANDSHAKES

# For the vault, its lock files and what asks providers.
_OTHERS = 512


def make_room() -> None:
    """Raise the soft limit, as far as the hard one lets it: what is usual is hardly more than the connections."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # which Windows has not

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_CONNECTIONS + 2 * MOST_HANDSHAKES + _OTHERS
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
