"""Keyring backends for tests: one that works, and ones that fail the way real ones do."""

import os
import threading
from collections.abc import Callable

from nexcred.oskeyring.access import GuardedKeyring
from nexcred.oskeyring.backends import Chosen, choose
from nexcred.oskeyring.timeouts import Patience

SOON = Patience(total_s=0.05, silence_s=0.05)
ENOUGH = Patience(total_s=20.0, silence_s=20.0)


class MemoryBackend:
    """Speaks the part of `keyring` that nexcred uses. `before_each` runs ahead of every call, and may raise."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], str] = {}
        self.before_each: Callable[[str, str], None] = lambda _method, _service: None

    def get_password(self, service: str, username: str, /) -> str | None:
        self.before_each("get", service)
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.before_each("set", service)
        self.items[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        self.before_each("delete", service)
        self.items.pop((service, username), None)


class ForgetfulBackend(MemoryBackend):
    """Accepts everything and keeps nothing, as the null backend of `keyring` does."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        pass


class ShorteningBackend(MemoryBackend):
    """Keeps the beginning only."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self.items[service, username] = password[:10]


class SilentBackend(MemoryBackend):
    """Never answers, as a D-Bus does whose other end is stuck. `release` lets its thread go."""

    def __init__(self) -> None:
        super().__init__()
        self._released = threading.Event()
        self.before_each = lambda _method, _service: self._hang()

    def release(self) -> None:
        self._released.set()

    def _hang(self) -> None:
        self._released.wait()


def real_keyring() -> GuardedKeyring:
    """Return this machine's own keyring, given more time than a busy machine needs."""
    return GuardedKeyring(lambda: choose(os.environ), ENOUGH)


def guard(backend: MemoryBackend, *, most_characters: int = 16_384, patience: Patience = ENOUGH) -> GuardedKeyring:
    """Return a guarded keyring over a backend."""
    return GuardedKeyring(lambda: Chosen(backend, "the test keyring", most_characters), patience)
