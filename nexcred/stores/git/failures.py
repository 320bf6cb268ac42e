"""What went wrong, from what git and the programs it starts have said, in the words of LC_ALL=C."""

import re
from enum import Enum, auto

from nexcred.errors import NexcredError, NotPermitted, StoreFailed, StoreUnreachable, Tampered
from nexcred.model.text import make_visible
from nexcred.stores.git.address import GitAddress

_LONGEST_TOLD = 300
# Who logs in, as the user's `url.….insteadOf` may say it: that may be a token.
_LOGIN = re.compile(r"(?<=://)[^/\s']*@")
_SAYS_NOTHING = (
    "Please make sure",
    "and the repository exists",
    "hint:",
    "fatal: Could not read from remote repository",
)


class GitFailure(Enum):
    """Which failure it is; LOCAL is none of the others, and may lie with the objects that are kept here."""

    NO_BRANCH = auto()
    NOT_REACHED = auto()
    CUT = auto()
    NO_LOGIN = auto()
    NO_REPOSITORY = auto()
    NOT_ALLOWED = auto()
    REDIRECTED = auto()
    DAMAGED = auto()
    LOCAL = auto()


# What this machine has no room for, by the system's own words; what the other end says of itself is behind `remote:`.
_FULL = re.compile(r"^(?!remote:).*(?:no space left on device|disk quota exceeded)", re.IGNORECASE | re.MULTILINE)

# The first that is found in the text counts: an end that was cut tells of damage too.
_SIGNS: tuple[tuple[GitFailure, tuple[str, ...]], ...] = (
    (GitFailure.NO_BRANCH, ("couldn't find remote ref",)),
    (
        GitFailure.NOT_REACHED,
        (
            "could not resolve host",
            "could not resolve proxy",
            "connection refused",
            "failed to connect",
            "couldn't connect to server",
            "no route to host",
            "network is unreachable",
            "name or service not known",
            "temporary failure in name resolution",
        ),
    ),
    (
        GitFailure.NO_LOGIN,
        (
            "permission denied (",
            "authentication failed",
            "could not read username",
            "could not read password",
            "host key verification failed",
            "too many authentication failures",
            "returned error: 401",
        ),
    ),
    (GitFailure.NOT_ALLOWED, ("returned error: 403", "access denied", "write access to repository not granted")),
    (
        GitFailure.REDIRECTED,
        (*(f"returned error: {code}" for code in (301, 302, 303, 307, 308)), "update url base from redirection"),
    ),
    (
        GitFailure.NO_REPOSITORY,
        ("does not appear to be a git repository", "repository not found", "returned error: 404", "' not found"),
    ),
    (
        GitFailure.CUT,
        (
            "connection timed out",
            "operation timed out",
            "operation too slow",
            "connection reset",
            "connection closed",
            "broken pipe",
            "early eof",
            "unexpected disconnect",
            "hung up unexpectedly",
            "rpc failed",
            "kex_exchange_identification",
            "returned error: 5",
            "ssl_error",
            "recv failure",
            "empty reply from server",
            # As GnuTLS, OpenSSL and curl say it.
            "gnutls recv error",
            "gnutls send error",
            "non-properly terminated",
            "unexpected eof while reading",
            "transfer closed with",
            "not closed cleanly",
        ),
    ),
    (
        GitFailure.DAMAGED,
        ("fsck error", "index-pack", "unpack-objects", "pack has", "bad pack", "bad object", "did not send all"),
    ),
)


def failure_in(told: str) -> GitFailure:
    """Return which failure git's standard error tells of."""
    text = told.lower()
    return next((kind for kind, signs in _SIGNS if any(sign in text for sign in signs)), GitFailure.LOCAL)


def error_for(failure: GitFailure, told: str, address: GitAddress) -> NexcredError:
    """Return the failure that the user is told of."""
    place, why = address.location, _last_words(told)
    if _FULL.search(told):
        return StoreFailed(
            f"the disk is full where this machine keeps what it reads of {place}",
            hint="make room there, or name another folder with XDG_CACHE_HOME",
        )
    if failure in (GitFailure.NOT_REACHED, GitFailure.CUT):
        return StoreUnreachable(f"the vault {place} cannot be reached: {why}")
    if failure is GitFailure.NO_LOGIN:
        return StoreFailed(
            f"{place} refuses the login: {why}", hint=f"see that this works: git ls-remote {address.url}"
        )
    if failure is GitFailure.NO_REPOSITORY:
        return StoreFailed(
            f"there is no Git repository at {place}, or none that this login may see", hint="make an empty one first"
        )
    if failure is GitFailure.NOT_ALLOWED:
        return NotPermitted(f"this login may not do that in {place}: {why}")
    if failure is GitFailure.REDIRECTED:
        return StoreFailed(
            f"{place} sends elsewhere, where a vault's login is not taken", hint="name the new address with --vault"
        )
    if failure is GitFailure.DAMAGED:
        return Tampered(f"what {place} sends is damaged: {why}")
    return StoreFailed(f"git cannot read or write the vault {place}: {why}")


def too_slow(address: GitAddress, seconds: float) -> StoreUnreachable:
    return StoreUnreachable(f"the vault {address.location} cannot be reached: no answer within {seconds:g} seconds")


def _last_words(told: str) -> str:
    """Return what git ended with; its advice below is the same for every failure."""
    kept = [line.strip() for line in told.splitlines() if line.strip() and not line.startswith(_SAYS_NOTHING)]
    first = next((line for line in kept if line.startswith(("fatal:", "error:", "ssh:", "remote: error:"))), "")
    said = first or (kept[-1] if kept else "git said nothing")
    for start in ("fatal: ", "error: "):
        said = said.removeprefix(start)
    return make_visible(_LOGIN.sub("…@", said))[:_LONGEST_TOLD]
