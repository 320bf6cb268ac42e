"""Room for the connections of a service among the files that a process may have open."""

from contextlib import suppress

from nexcred.server.limits import MOST_CONNECTIONS, MOST_HANDSHAKES
from nexcred.server.listening.accepting import MOST_AT_A_TIME

# For the vault, its lock files and what asks providers.
_OTHERS = 512
# Accepted, or ended, and not counted yet or any more.
_ON_THE_WAY = 2 * MOST_AT_A_TIME


def make_room() -> None:
    """Raise the soft limit, as far as the hard one lets it: what is usual is hardly more than the connections."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # which Windows has not

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_CONNECTIONS + MOST_HANDSHAKES + _ON_THE_WAY + _OTHERS
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
