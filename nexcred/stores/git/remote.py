"""The repository at the other end: fetching its branch, and pushing to it on condition that it has not moved."""

import re
from collections.abc import Iterable, Mapping
from enum import Enum, auto

from nexcred.errors import NexcredError, NotPermitted, StoreFailed
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.stores.git.address import GitAddress
from nexcred.stores.git.command import DEADLINE_S, FETCHED, Git, GitEnded
from nexcred.stores.git.failures import GitFailure, error_for, failure_in, too_slow
from nexcred.stores.git.layout import LEAF_FOLDER, leaf_file

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_ONE_COMMIT = "--depth=1"
_REFUSED = re.compile(
    r"^!\t[^\t]*\t\[(?P<by>rejected|remote rejected|remote failure)\](?: \((?P<why>.*)\))?", re.MULTILINE
)
# What a repository says when another push was quicker.
_MOVED = ("failed to update ref", "cannot lock ref", "incorrect old value", "already exists", "fetch first", "stale")
# After these nothing was sent: the connection, or the login before it, failed.
_UNSENT = (
    GitFailure.NOT_REACHED,
    GitFailure.NO_LOGIN,
    GitFailure.NO_REPOSITORY,
    GitFailure.NOT_ALLOWED,
    GitFailure.REDIRECTED,
)


class Pushed(Enum):
    """What is known of a push by its own answer."""

    DONE = auto()
    MOVED = auto()
    REFUSED = auto()
    UNKNOWN = auto()


class Push(NamedTuple):
    """The end of a push; `error` is what to tell where it was not done."""

    what: Pushed
    error: NexcredError | None = None

    def __repr__(self) -> str:
        return repr_of(self, "what")


class LocalFailure(Exception):
    """Git failed by itself, maybe over what is kept on this machine; `error` is what to tell."""

    def __init__(self, error: NexcredError) -> None:
        super().__init__(error.message)
        self.error = error


def fetch(git: Git, address: GitAddress) -> str | None:
    """Fetch what the branch stands at, without what was before, and return its commit; None where there is no branch.

    Raises StoreUnreachable, StoreFailed, NotPermitted, Tampered, LocalFailure.
    """
    far = git.far_end("--upload-pack", "upload-pack")
    ended = git.run(
        *("fetch", "--quiet", _ONE_COMMIT, "--no-tags", "--no-recurse-submodules", *far),
        *("--", address.url, f"+{address.ref}:{FETCHED}"),
    )
    if ended.code == 0:
        commit = (git.folder / FETCHED).read_text().strip()
        if not _COMMIT.fullmatch(commit):
            raise LocalFailure(StoreFailed("git did not say which commit it has fetched"))
        return commit
    if ended.code is None:
        raise too_slow(address, DEADLINE_S)
    failure = failure_in(ended.told)
    if failure is GitFailure.NO_BRANCH:
        return None
    error = error_for(failure, ended.told, address)
    raise LocalFailure(error) if failure in (GitFailure.LOCAL, GitFailure.DAMAGED) else error


def make_commit(git: Git, stream: Iterable[bytes]) -> str:
    """Write what `as_import` yields, and return the commit; raise StoreFailed."""
    ended = git.run("fast-import", "--quiet", "--force", stdin=stream)
    commit = ended.out.strip()
    if ended.code != 0 or not _COMMIT.fullmatch(commit):
        raise error_for(GitFailure.LOCAL, ended.told, git.address)
    return commit


def size_of_leaves(git: Git, commit: str | None, changed: Mapping[int, bytes]) -> int:
    """Return how many bytes the leaves of a commit have together once these are changed."""
    sizes: dict[str, int] = {}
    if commit is not None and changed:
        ended = git.run("ls-tree", "-l", commit, f"{LEAF_FOLDER}/")
        for line in ended.out.splitlines():
            words = line.split()
            if len(words) == 5 and words[3].isdecimal():
                sizes[words[4]] = int(words[3])
    sizes |= {leaf_file(index): len(leaf) for index, leaf in changed.items()}
    return sum(sizes.values())


def push(git: Git, address: GitAddress, old: str | None, new: str) -> Push:
    """Move the branch from one commit to another, if it stands there; None for a branch that is not there yet."""
    far = git.far_end("--receive-pack", "receive-pack")
    ended = git.run(
        *("push", "--quiet", "--porcelain", "--no-verify", "--no-signed", "--no-recurse-submodules", *far),
        *(f"--force-with-lease={address.ref}:{old or ''}", "--", address.url, f"{new}:{address.ref}"),
    )
    if ended.code == 0:
        return Push(Pushed.DONE)
    refused = _REFUSED.search(ended.out)
    if refused is not None and refused["by"] != "remote failure":
        return _refused(refused, address)
    return _failed(ended, address)


def _refused(refused: re.Match[str], address: GitAddress) -> Push:
    why = refused["why"] or ""
    if refused["by"] == "rejected" or any(sign in why for sign in _MOVED):
        return Push(Pushed.MOVED)
    return Push(
        Pushed.REFUSED,
        NotPermitted(
            f"{address.location} does not take the write: {make_visible(why)[:200]}",
            hint=f"see that this login may push to the branch '{address.branch}'",
        ),
    )


def _failed(ended: GitEnded, address: GitAddress) -> Push:
    if ended.code is None:
        return Push(Pushed.UNKNOWN, too_slow(address, DEADLINE_S))
    failure = failure_in(ended.told)
    error = error_for(failure, ended.told, address)
    return Push(Pushed.REFUSED if failure in _UNSENT else Pushed.UNKNOWN, error)
