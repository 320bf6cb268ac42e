"""Reading the address of a vault in a Git repository."""

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

from nexcred.errors import UsageError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import is_unsafe

DEFAULT_BRANCH = "nexcred"
FRESH_S = 30

_SCP = re.compile(r"(?P<user>[A-Za-z0-9_][\w.-]*)@(?P<host>[A-Za-z0-9][\w.-]*):(?P<path>[^-:][^:]*)", re.ASCII)
_USER = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", re.ASCII)
# Fewer names than git takes (git-check-ref-format(1)).
_BRANCH = re.compile(r"(?!.*(\.\.|//|\.lock(/|$)|/\.|\./|[./]$))[A-Za-z0-9][\w./-]{0,99}", re.ASCII)
_FRESH = re.compile(r"([0-9]{1,4})(s|m)", re.ASCII)
_FORMS = "git+ssh://git@host/org/vault.git, git+https://host/org/vault.git or git+file:///folder/vault.git"


class GitAddress(NamedTuple):
    """Where a vault is. `protocol` is the only one that git may speak, `url` what it is given.

    `location` is the same for every way to write one place. What was fetched `fresh_s` ago is read as the present.
    """

    protocol: str
    url: str
    branch: str
    fresh_s: int
    location: str

    def __repr__(self) -> str:
        return repr_of(self, "fresh_s")

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.branch}"


def is_scp_form(address: str) -> bool:
    """True for `git@host:org/vault.git`, as git's hosts show it."""
    return _SCP.fullmatch(address.partition("?")[0]) is not None


def read_address(address: str) -> GitAddress:
    """Raise UsageError for what is no such address, without repeating it: it may hold a password."""
    if any(map(is_unsafe, address)) or " " in address or "#" in address:
        raise _unreadable()
    if is_scp_form(address):
        place, _, query = address.partition("?")
        return _with_query("ssh", place, place, query)
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  raises for one that is no number
    except ValueError:
        raise _unreadable() from None
    protocol = parts.scheme.removeprefix("git+")
    authority = _authority(protocol, parts)
    if not parts.path.strip("/") or not parts.path.startswith("/"):
        raise _unreadable()
    url = f"{protocol}://{authority}{parts.path}"
    return _with_query(protocol, url, f"git+{url}", parts.query)


def _authority(protocol: str, parts: SplitResult) -> str:
    if parts.password is not None:
        raise UsageError(
            "a vault's URL may not hold a password", hint="git asks its credential helpers, or the keys of ssh"
        )
    host = parts.hostname or ""
    if protocol == "file":
        if parts.netloc not in ("", "localhost"):
            raise _unreadable()
        return ""
    if protocol == "https" and parts.username is not None:
        raise UsageError(
            "a vault's URL with https names no user, who may be a token",
            hint="set the user with: git config --global credential.https://HOST.username NAME",
        )
    if not _HOST.fullmatch(host) or (parts.username is not None and not _USER.fullmatch(parts.username)):
        raise _unreadable()
    user = f"{parts.username}@" if parts.username is not None else ""
    port = f":{parts.port}" if parts.port is not None else ""
    return f"{user}{f'[{host}]' if ':' in host else host}{port}"


def _with_query(protocol: str, url: str, location: str, query: str) -> GitAddress:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=2)
    except ValueError:
        raise _unknown_option() from None
    options = dict(pairs)
    if len(options) != len(pairs) or not options.keys() <= {"branch", "fresh"}:
        raise _unknown_option()
    branch = options.get("branch", DEFAULT_BRANCH)
    if not _BRANCH.fullmatch(branch):
        raise UsageError("the branch in the vault's URL has a name that git, or nexcred, does not take")
    fresh = _FRESH.fullmatch(options.get("fresh", f"{FRESH_S}s"))
    if fresh is None:
        raise UsageError("how long a fetched vault stays fresh is written like ?fresh=30s or ?fresh=5m")
    seconds = int(fresh[1]) * (60 if fresh[2] == "m" else 1)
    place = location if branch == DEFAULT_BRANCH else f"{location}?branch={branch}"
    return GitAddress(protocol, url, branch, seconds, place)


def _unknown_option() -> UsageError:
    return UsageError("the URL of a vault in Git takes ?branch=NAME and ?fresh=30s, each once, joined by '&'")


def _unreadable() -> UsageError:
    return UsageError("the vault's URL cannot be read", hint=f"it has the form {_FORMS}")
