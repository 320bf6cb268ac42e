"""The last step of a write to a bucket, and what a place must keep before a vault is made there."""

from collections.abc import Callable

import pytest

from nexcred.auth.flow import Request, Response
from nexcred.errors import OutcomeUnknown, StoreFailed, StoreUnreachable, VaultNotFound
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.stores.s3.store import S3Store
from nexcred.vault.store import Change
from tests.support.bucket import MemoryBucket, open_store

FIRST = Change(b"head 1", 1, leaves={0: b"leaf"}, tree=b"tree", roster=(b"one",))
SECOND = Change(b"head 2", 2, leaves={0: b"leaf 2"})
ANSWERS = (408, 409, 412, 429, 500, 502, 503, 504)


def made() -> MemoryBucket:
    memory = MemoryBucket()
    write(open_store(memory), FIRST, None)
    return memory


def write(store: S3Store, change: Change, over: bytes | None) -> bool:
    with store.write():
        return store.commit(change, over)


def head_of(memory: MemoryBucket) -> bytes | None:
    with open_store(memory).read() as snapshot:
        return snapshot.head()


class Fault:
    """Does the wrong thing with the n-th request that changes something, and passes all others on."""

    def __init__(self, memory: MemoryBucket, place: int, wrong: Callable[[Request], Response]) -> None:
        self._memory = memory
        self._left = place
        self._wrong = wrong
        self.is_done = False

    def __call__(self, request: Request, deadline: Deadline, largest: int) -> Response:
        if request.method == "PUT" and not self.is_done:
            self._left -= 1
            if self._left < 0:
                self.is_done = True
                return self._wrong(request)
        return self._memory.send(request, deadline, largest)


def lose(_: Request) -> Response:
    raise TransportFailed.unreachable("the connection was reset")


@pytest.mark.parametrize("is_heard", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("status", [0, *ANSWERS])
def test_a_fault_at_any_request_of_a_write_is_survived(status: int, is_heard: bool) -> None:
    for place in range(9):
        memory = made()

        def wrong(request: Request, memory: MemoryBucket = memory) -> Response:
            if is_heard:
                memory.answer(request)
            return Response(status, {}, b"") if status else lose(request)

        fault = Fault(memory, place, wrong)
        assert write(open_store(memory, send=fault), SECOND, b"head 1")
        assert head_of(memory) == b"head 2"
        if not fault.is_done:
            assert place == 2  # the leaf and the head
            return
    raise AssertionError("a write has no end")


def test_a_head_that_nobody_answers_for_may_have_been_written() -> None:
    memory = made()

    def send(request: Request, deadline: Deadline, largest: int) -> Response:
        return lose(request) if request.method == "PUT" and request.url.endswith("/head") else memory.answer(request)

    with pytest.raises(OutcomeUnknown, match="it may have happened"):
        write(open_store(memory, send=send), SECOND, b"head 1")


def test_where_nothing_answers_after_the_head_was_sent_nobody_knows() -> None:
    memory, is_cut = made(), False

    def send(request: Request, deadline: Deadline, largest: int) -> Response:
        nonlocal is_cut
        is_cut |= request.method == "PUT" and request.url.endswith("/head")
        return lose(request) if is_cut else memory.answer(request)

    with pytest.raises(OutcomeUnknown):
        write(open_store(memory, send=send), SECOND, b"head 1")


def test_where_nothing_answers_before_that_nothing_was_written() -> None:
    memory = made()

    def send(request: Request, deadline: Deadline, largest: int) -> Response:
        return lose(request) if request.method == "PUT" else memory.answer(request)

    with pytest.raises(StoreUnreachable, match="the connection was reset"):
        write(open_store(memory, send=send), SECOND, b"head 1")
    assert head_of(memory) == b"head 1"


def test_a_login_that_may_only_read_is_told_so() -> None:
    memory = made()

    def send(request: Request, deadline: Deadline, largest: int) -> Response:
        denied = Response(403, {}, b"<Error><Code>AccessDenied</Code></Error>")
        return denied if request.method == "PUT" else memory.answer(request)

    with pytest.raises(StoreFailed, match=r"may read .*, and not write to it; nothing was written"):
        write(open_store(memory, send=send), SECOND, b"head 1")
    assert head_of(memory) == b"head 1"


def test_a_write_that_others_wrote_over_is_found_in_the_log() -> None:
    """Its answer was lost, and by the next look the block of its head has ended."""
    memory = made()

    def send(request: Request, deadline: Deadline, largest: int) -> Response:
        answer = memory.answer(request)
        if request.method != "PUT" or not request.url.endswith("/head"):
            return answer
        store = open_store(memory)
        for generation in range(3, 70):
            assert write(store, Change(b"head %d" % generation, generation), b"head %d" % (generation - 1))
        return lose(request)

    assert write(open_store(memory, send=send), SECOND, b"head 1")
    assert head_of(memory) == b"head 69"


def ignoring(*names: str) -> Callable[[MemoryBucket], Callable[[Request, Deadline, int], Response]]:
    """A place that does not know these headers."""

    def of(memory: MemoryBucket) -> Callable[[Request, Deadline, int], Response]:
        def send(request: Request, deadline: Deadline, largest: int) -> Response:
            headers = {name: value for name, value in request.headers.items() if name not in names}
            return memory.send(request._replace(headers=headers), deadline, largest)

        return send

    return of


def only_existence(memory: MemoryBucket) -> Callable[[Request, Deadline, int], Response]:
    """A place to which If-Match means that there is something."""

    def send(request: Request, deadline: Deadline, largest: int) -> Response:
        key = request.url.rpartition("/example-bucket/")[2]
        headers = dict(request.headers)
        if "If-Match" in headers and key in memory.objects:
            headers["If-Match"] = memory.objects[key].etag
        return memory.send(request._replace(headers=headers), deadline, largest)

    return send


def former_etags_too(memory: MemoryBucket) -> Callable[[Request, Deadline, int], Response]:
    """A place that compares with any version that there was, as one behind which replicas lag may."""
    seen = set[str]()

    def send(request: Request, deadline: Deadline, largest: int) -> Response:
        key, headers = request.url.rpartition("/example-bucket/")[2], dict(request.headers)
        if headers.get("If-Match") in seen:
            headers["If-Match"] = memory.objects[key].etag
        answer = memory.send(request._replace(headers=headers), deadline, largest)
        seen.add(answer.headers.get("etag", ""))
        return answer

    return send


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (ignoring("If-None-Match"), "must not be there yet"),
        (ignoring("If-Match"), "not the one that was read"),
        (only_existence, "not the one that was read"),
        (former_etags_too, "changed since it was read"),
    ],
)
def test_no_vault_is_made_where_conditions_are_not_kept(
    place: Callable[[MemoryBucket], Callable[[Request, Deadline, int], Response]], reason: str
) -> None:
    memory = MemoryBucket()
    with pytest.raises(StoreFailed, match=reason):
        write(open_store(memory, send=place(memory)), FIRST, None)
    with pytest.raises(VaultNotFound), open_store(memory).read():
        pass


def test_nothing_of_the_proof_stays() -> None:
    assert not [key for key in made().objects if "/proof/" in key]


def test_the_proof_goes_eight_rounds_of_sixteen() -> None:
    memory = made()
    assert sum(method == "PUT" and "/proof/" in key for method, key in memory.asked) == 5 + 8 * 16
