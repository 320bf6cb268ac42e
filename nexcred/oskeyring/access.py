"""Read and write the operating system's keyring, without ever hanging on it or believing it."""

import hmac
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.oskeyring.timeouts import Patience, decide_patience
from nexcred.oskeyring.worker import Worker, WorkerReply

if TYPE_CHECKING:
    from nexcred.oskeyring.backends import Chosen

T = TypeVar("T")


class GuardedKeyring:
    """A keyring whose every call ends in time; after one that did not, all are refused.

    Each method raises KeyringUnavailable. `say_waiting` is called once, when a person may have to answer a dialog.
    """

    def __init__(
        self, choose: "Callable[[], Chosen]", patience: Patience, *, say_waiting: Callable[[], None] | None = None
    ) -> None:
        self._worker = Worker()
        self._patience = patience
        self._say_waiting = say_waiting
        self._hangs = False
        self._chosen = self._call(choose)

    @property
    def title(self) -> str:
        """What people call it, such as "the macOS Keychain"."""
        return self._chosen.title

    @property
    def most_characters(self) -> int:
        """The longest value that one item takes."""
        return self._chosen.most_characters

    def get(self, service: str, user: str) -> str | None:
        """Return the value, None when there is none."""
        return self._call(lambda: self._chosen.get(service, user))

    def set(self, service: str, user: str, value: str) -> None:
        """Keep a value, in place of an older one; what is then read back is the same."""
        if len(value) > self.most_characters:
            raise KeyringUnavailable(
                KeyringFailure.TOO_LONG, f"{len(value):,} characters are too many for {self.title}"
            )
        self._call(lambda: self._chosen.set(service, user, value))
        kept = self.get(service, user)
        if kept is None or not hmac.compare_digest(kept.encode("utf-8", "replace"), value.encode("utf-8", "replace")):
            raise KeyringUnavailable(KeyringFailure.DIFFERENT, f"{self.title} does not give back what it was given")

    def delete(self, service: str, user: str) -> None:
        """Take a value away; none there is as good."""
        self._call(lambda: self._chosen.delete(service, user))
        if self.get(service, user) is not None:
            raise KeyringUnavailable(KeyringFailure.FAILED, f"{self.title} keeps what it was told to delete")

    def _call(self, call: Callable[[], T]) -> T:
        if self._hangs:
            raise self._silent()
        answer = self._await(lambda: _explained(call))
        if answer is None:
            self._hangs = True
            raise self._silent()
        if answer.error is not None:
            raise answer.error from None
        return answer.value  # type: ignore[return-value]  # None only where T may be None

    def _await(self, call: Callable[[], T]) -> WorkerReply[T] | None:
        give_up_at = time.monotonic() + self._patience.total_s
        pending = self._worker.ask(call)
        answer = pending.within(min(self._patience.silence_s, self._patience.total_s))
        if answer is None and self._patience.silence_s < self._patience.total_s:
            if self._say_waiting is not None:
                self._say_waiting()
                self._say_waiting = None
            answer = pending.within(max(0.0, give_up_at - time.monotonic()))
        return answer

    def _silent(self) -> KeyringUnavailable:
        return KeyringUnavailable(
            KeyringFailure.SILENT, f"the keyring gave no answer within {self._patience.total_s:g} seconds"
        )


def open_keyring(environment: Mapping[str, str], *, say_waiting: Callable[[], None] | None) -> GuardedKeyring:
    """Open this machine's keyring; raise KeyringUnavailable. `say_waiting` is None where nobody can be waited for."""
    patience = decide_patience(environment, sys.platform, may_wait=say_waiting is not None)

    def choose() -> "Chosen":
        from nexcred.oskeyring.backends import choose as choose_backend  # imports `keyring`: 60 to 110 ms

        return choose_backend(environment)

    return GuardedKeyring(choose, patience, say_waiting=say_waiting)


def _explained(call: Callable[[], T]) -> T:
    """Make the call in the worker, where the libraries that could have failed are imported already."""
    try:
        return call()
    except KeyringUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  the backends raise whatever their libraries do
        from nexcred.oskeyring.backends import explain

        raise explain(error) from None
