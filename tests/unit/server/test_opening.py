"""The vault of a service that may be locked, and is opened when it can be."""

import pytest

from nexcred.errors import Locked, StoreFailed
from nexcred.server.opening import LockableVault, Unlocked
from nexcred.services.access import Access
from tests.support.opened import Opened
from tests.support.serving import access_here


class Door:
    """What opens it: tests turn the key and the clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.tries = 0
        self.is_unlocked = True
        self.access: Access | None = None

    def open(self) -> Unlocked:
        self.tries += 1
        if self.access is None:
            raise Locked("the vault is locked")
        return Unlocked(self.access, lambda: self.is_unlocked)

    def vault(self) -> LockableVault:
        return LockableVault(self.open, lambda: self.now)


def test_it_is_opened_once(home: Opened) -> None:
    door = Door()
    door.access = access_here()
    vault = door.vault()
    assert vault.access() is vault.access() is door.access
    assert door.tries == 1


def test_what_does_not_open_is_tried_once_a_second(home: Opened) -> None:
    door = Door()
    vault = door.vault()
    for tries, now in ((1, 0.0), (1, 0.9), (2, 1.1), (2, 2.0), (3, 2.2)):
        door.now = now
        with pytest.raises(Locked):
            vault.access()
        assert door.tries == tries
    door.access, door.now = access_here(), 4.0
    assert vault.access() is door.access


def test_it_is_dropped_when_it_is_locked_again(home: Opened) -> None:
    door = Door()
    door.access = access_here()
    vault = door.vault()
    vault.access()
    door.access, door.is_unlocked = None, False
    with pytest.raises(Locked):
        vault.access()
    door.access, door.is_unlocked, door.now = access_here(), True, 2.0
    assert vault.access() is door.access


def test_the_same_failure_is_told_until_it_is_tried_again() -> None:
    def open_vault() -> Unlocked:
        raise StoreFailed("the disk is gone")

    vault = LockableVault(open_vault, lambda: 0.0)
    for _ in range(3):
        with pytest.raises(StoreFailed, match="the disk is gone"):
            vault.access()
