"""Two processes of one machine at a place without locks: what the other one saw meanwhile is nobody's attack."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from nexcred.auth.flow import Request, Response
from nexcred.errors import ChangedMeanwhile, CredentialNotFound
from nexcred.network.deadline import Deadline
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.roster import MEMBER
from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket, open_store
from tests.support.sample_vault import NOW, add, describe, found, remove, update
from tests.support.shared_vault import secret_of

BOB = Identity.generate()


def get_in_one_moment(vault: Vault) -> None:
    with vault.snapshot():
        vault.details(vault.find("prod"))
        vault.details(vault.find("test"))


def exchange(vault: Vault) -> None:
    remove(vault, "prod")
    add(vault, "prod", "EXAMPLE-another")


def share(vault: Vault, name: str, *others: bytes) -> None:
    vault.edit(lambda edit: edit.share(edit.find(name), others))


USES: dict[str, Callable[[Vault], object]] = {
    "get": lambda vault: vault.details(vault.find("prod")),
    "get in one moment": get_in_one_moment,
    "session": lambda vault: vault.session(vault.find("prod")),
    "what is kept beside": lambda vault: vault.kept(vault.find("prod")),
    "policy": lambda vault: vault.policy(vault.find("prod")),
    "examine": lambda vault: vault.examine(vault.find("prod")),
    "expect": lambda vault: vault.expect(vault.find("prod")),
    "trust": lambda vault: vault.trust(vault.find("prod")),
    "history": lambda vault: vault.history(vault.find("prod")),
    "list": lambda vault: vault.credentials(),
    "verify": lambda vault: vault.verify(),
    "describe": lambda vault: describe(vault, "prod", "EXAMPLE"),
    "update": lambda vault: update(vault, "prod", "EXAMPLE-mine"),
    "remove": lambda vault: remove(vault, "prod"),
    "add": lambda vault: add(vault, "more"),
    "share": lambda vault: share(vault, "prod", BOB.fingerprint),
}
OTHERS: dict[str, Callable[[Vault], object]] = {
    "changes it": lambda vault: update(vault, "prod", "EXAMPLE-others"),
    "puts another in its place": exchange,
}


class Machine:
    """A bucket with a vault, and the memory that all processes of one machine share."""

    def __init__(self) -> None:
        self.bucket, self.memory = MemoryBucket(), ProcessMemory()
        self.asked, self.has_acted = 0, False
        self._acts: tuple[int, Callable[[], object]] | None = None
        self.identity = found(open_store(self.bucket))
        mine = self.process()
        mine.edit(lambda edit: edit.admit(BOB.public, "Bob", MEMBER))
        for name in ("prod", "test"):
            add(mine, name)
            assert secret_of(mine, name) == "EXAMPLE-key"

    def process(self) -> Vault:
        store = open_store(self.bucket, send=self._send, one_by_one=True)
        return Vault(store, self.identity, memory=self.memory, was_seen=True, now=lambda: NOW)

    def after(self, number: int, act: Callable[[], object]) -> None:
        """Let this be done as soon as so many requests are answered from now on."""
        self.asked, self._acts, self.has_acted = 0, (number, act), False

    def _send(self, request: Request, deadline: Deadline, largest: int) -> Response:
        answer = self.bucket.answer(request)
        self.asked += 1
        if self._acts is not None and self.asked == self._acts[0]:
            act, self._acts = self._acts[1], None
            self.has_acted = True
            act()
        return answer


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("use", USES)
def test_nothing_is_called_an_attack(use: str, other: str) -> None:
    number, was_in_time = 0, True
    while was_in_time:
        number += 1
        machine = Machine()
        mine, theirs = machine.process(), machine.process()
        machine.after(number, partial(OTHERS[other], theirs))
        with suppress(ChangedMeanwhile, CredentialNotFound):
            USES[use](mine)
        was_in_time = machine.has_acted
        if was_in_time:
            assert machine.process().verify().faults == ()
    assert number > 1
