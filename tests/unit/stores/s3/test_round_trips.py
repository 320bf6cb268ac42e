"""How often a bucket is asked one thing after another: each time is a round trip."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nexcred.auth.flow import Request, Response
from nexcred.errors import StoreUnreachable, Tampered
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.local_copy.store import CopiedStore
from nexcred.stores.offline import Offline
from nexcred.stores.s3.kept_parts import KeptParts
from nexcred.stores.s3.store import S3Store
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket, open_bucket, open_store
from tests.support.sample_vault import NOW, add, open_new


class Rounds:
    """Counts requests, those that are sent together as one."""

    def __init__(self, memory: MemoryBucket) -> None:
        self._memory = memory
        self._together = threading.local()
        self.count = 0
        self.requests = 0

    def send(self, request: Request, deadline: Deadline, largest: int) -> Response:
        self.requests += 1
        self.count += not getattr(self._together, "is_one", False)
        return self._memory.send(request, deadline, largest)

    @contextmanager
    def one(self) -> Iterator[None]:
        self.count += 1
        self._together.is_one = True
        yield
        self._together.is_one = False


class Machine:
    """A person's machine, with what it keeps of a vault in a bucket."""

    def __init__(self, memory: MemoryBucket, folder: Path, vault: Vault) -> None:
        self.memory = memory
        self.file = folder / "copy.db"
        self.identity = vault.identity
        self.seen: ProcessMemory = ProcessMemory()

    def open(self) -> tuple[Vault, Rounds]:
        """Open it as a new process does."""
        rounds = Rounds(self.memory)
        bucket = open_bucket(self.memory, rounds.send)
        together = bucket.together

        def counted(do, these):  # type: ignore[no-untyped-def]
            wanted = list(these)
            if len(wanted) < 2:
                return together(do, wanted)
            with rounds.one():
                return [do(one) for one in wanted]

        bucket.together = counted  # type: ignore[method-assign]
        copy = CopyFile(self.file)
        store = CopiedStore(S3Store(bucket, KeptParts(copy)), copy, Offline(), warn=lambda _: None)
        assert store.exists()
        return Vault(store, self.identity, memory=self.seen, now=lambda: NOW), rounds


def machine(tmp_path: Path) -> Machine:
    memory = MemoryBucket()
    vault = open_new(open_store(memory))
    add(vault, "prod", "EXAMPLE-prod")
    return Machine(memory, tmp_path, vault)


def read(vault: Vault) -> None:
    assert vault.details(vault.find("prod"))


def test_a_value_takes_five_when_cold_and_one_when_warm(tmp_path: Path) -> None:
    here = machine(tmp_path)
    vault, rounds = here.open()
    with vault.snapshot():
        read(vault)
    assert rounds.count == 5  # head, tables, leaf, overview, details
    vault, rounds = here.open()
    with vault.snapshot():
        read(vault)
    assert (rounds.count, rounds.requests) == (1, 1)


def test_verifying_misses_what_the_bucket_has_lost_though_this_machine_has_it(tmp_path: Path) -> None:
    here = machine(tmp_path)
    vault, _ = here.open()
    read(vault)
    assert not vault.verify().faults
    for name in [name for name in here.memory.objects if "/item/" in name]:
        del here.memory.objects[name]
    assert vault.verify().faults
    for name in [name for name in here.memory.objects if "/part/" in name]:
        del here.memory.objects[name]
    read(vault)
    with pytest.raises(Tampered, match="an object is missing"):
        vault.verify()


def test_a_write_takes_four(tmp_path: Path) -> None:
    here = machine(tmp_path)
    vault, _ = here.open()
    add(vault, "warm", "EXAMPLE-warm")
    vault, rounds = here.open()
    add(vault, "new", "EXAMPLE-new")
    assert rounds.count <= 4  # head, leaf where it is another, what is new, head


def test_a_machine_that_was_away_for_a_thousand_writes_asks_eighteen_times_at_most(tmp_path: Path) -> None:
    here = machine(tmp_path)
    vault, _ = here.open()
    other = Vault(open_store(here.memory), here.identity, memory=ProcessMemory(), now=lambda: NOW)
    for _ in range(1_000):
        other.change(lambda copy: copy.write_head())
    vault, rounds = here.open()
    assert vault.generation == 1_002
    assert rounds.requests <= 18


def test_a_place_that_never_answers_is_given_up_soon_and_asked_no_more_for_a_while() -> None:
    """Without a network, what a command reads instead is at hand: `get` asks for the vault several times."""
    memory, asked = MemoryBucket(), []

    def nobody(request: Request, deadline: Deadline, largest: int) -> Response:
        asked.append(request.method)
        raise TransportFailed.unreachable("the connection was refused")

    bucket = open_bucket(memory, nobody)
    store = S3Store(bucket, KeptParts(None))
    for _ in range(3):
        with pytest.raises(StoreUnreachable, match="the connection was refused"):
            store.exists()
        with pytest.raises(StoreUnreachable), store.read():
            pass
    assert bucket.clock() < 5
    before = len(asked)
    bucket.sleep(10)
    with pytest.raises(StoreUnreachable):
        store.exists()
    assert len(asked) > before


def test_a_place_that_lets_everybody_wait_is_asked_once() -> None:
    """One that drops what comes; half a minute is what one request is given."""
    asked = []

    def silence(request: Request, deadline: Deadline, largest: int) -> Response:
        asked.append(request.method)
        bucket.sleep(30)
        raise TransportFailed.unreachable("no complete answer within 30 s")

    bucket = open_bucket(MemoryBucket(), silence)
    with pytest.raises(StoreUnreachable, match="no complete answer"):
        S3Store(bucket, KeptParts(None)).exists()
    assert asked == ["GET"]
