"""One change on its way into the branch: made here, pushed, and settled by reading where a push tells too little."""

import time

from nexcred.errors import NexcredError, OutcomeUnknown
from nexcred.stores.git import remote
from nexcred.stores.git.changes import as_import, past_after
from nexcred.stores.git.command import Git
from nexcred.stores.git.kept_objects import Fetched
from nexcred.stores.git.remote import Push, Pushed
from nexcred.stores.git.repository import NETWORK_TIMEOUT_S, Repository
from nexcred.stores.git.snapshot import GitSnapshot
from nexcred.vault.bounds import refuse_many_names
from nexcred.vault.store import Change

_PUSHES = 5


def land(repository: Repository, snapshot: GitSnapshot, fetched: Fetched | None, change: Change) -> Fetched | None:
    """Write a change over a snapshot of what was fetched; None where the branch has moved, and nothing was written.

    Raises OutcomeUnknown, StoreUnreachable, StoreFailed, NotPermitted, InvalidData, Tampered.
    """
    past = past_after(snapshot, change)
    old, kept = snapshot.commit, repository.kept
    with kept.on_the_network(NETWORK_TIMEOUT_S):
        room = kept.new_room() if fetched is None else fetched.room
        with kept.using(room), repository.clone.git(room, old) as git:
            refuse_many_names(remote.size_of_leaves(git, old, change.leaves))
            new = remote.make_commit(git, as_import(change, past, old, int(time.time())))
            is_done = _Landing(repository, git, change).settle(old, new)
        return kept.keep(new, room) if is_done else None


class _Landing:
    """One commit that is pushed until it is known what became of it."""

    def __init__(self, repository: Repository, git: Git, change: Change) -> None:
        self._repository = repository
        self._git = git
        self._change = change

    def settle(self, old: str | None, new: str) -> bool:
        """Push, and settle by reading whatever is no yes; True where the change is in the vault.

        An answer that was lost may be one to a push that was done, or that is still on its way.
        """
        is_open, error = False, None
        for _ in range(_PUSHES):
            push = remote.push(self._git, self._repository.address, old, new)
            if push.what is Pushed.DONE:
                return True
            is_open = is_open or push.what is Pushed.UNKNOWN
            error = push.error
            fetched = self._look_again(push, is_open=is_open)
            found = None if fetched is None else fetched.commit
            if found == new:
                return True
            if found != old:
                return self._is_in(fetched, is_open=is_open)
            if push.what is Pushed.REFUSED and error is not None and not is_open:
                raise error
        raise self._unknown(error) if is_open or error is None else error

    def _look_again(self, push: Push, *, is_open: bool) -> Fetched | None:
        try:
            return self._repository.refetch()
        except NexcredError as error:
            if is_open:
                raise self._unknown(error) from None
            raise (push.error or error) from None

    def _is_in(self, fetched: Fetched | None, *, is_open: bool) -> bool:
        """Tell whether a vault that has moved on did so from this change: no other head has its place then."""
        then = self._repository.snapshot(fetched).past_head(self._change.generation)
        if then is None and is_open:
            raise self._unknown(None)
        return then == self._change.head

    def _unknown(self, error: NexcredError | None) -> OutcomeUnknown:
        place = self._repository.address.location
        why = "it did not answer" if error is None else error.message
        return OutcomeUnknown(
            f"the write to {place} may have happened or not: {why}", hint="see what is there with: nexcred list"
        )
