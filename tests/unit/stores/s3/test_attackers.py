"""Whoever keeps the bucket: what they put there is refused, and what they leave out is told of."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from nexcred.auth.flow import Request, Response
from nexcred.errors import Damaged, NexcredError, RolledBack, StoreFailed, Tampered, VaultBusy
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.local_copy.store import CopiedStore
from nexcred.stores.offline import Offline
from nexcred.stores.s3.manifest import TABLES, BucketPart, decode, encode
from nexcred.stores.s3.store import S3Store
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.tidying import tidy
from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket, Send, Stored, open_store
from tests.support.sample_vault import NOW, add, open_new

HEAD = "vault/head"


class Team:
    """A vault in a bucket, as its founder opens it on one machine."""

    def __init__(self) -> None:
        self.bucket = MemoryBucket()
        self.memory = ProcessMemory()
        vault = open_new(open_store(self.bucket))
        self.identity: Identity = vault.identity
        add(vault, "prod", "EXAMPLE-prod")
        self.open()

    def store(self, send: Send | None = None) -> S3Store:
        return open_store(self.bucket, send=send)

    def open(self, send: Send | None = None) -> Vault:
        return Vault(self.store(send), self.identity, memory=self.memory, now=lambda: NOW)

    def read(self, send: Send | None = None) -> object:
        vault = self.open(send)
        value = vault.details(vault.find("prod")).fields["api_key"]
        return value.reveal() if not isinstance(value, str | int) else value

    def change(self, apply: Callable[[bytes], bytes], key: str = HEAD) -> None:
        there = self.bucket.objects[key]
        self.bucket.objects[key] = Stored(apply(there.body), there.modified)

    def keys(self, folder: str) -> list[str]:
        return [key for key in self.bucket.objects if f"/{folder}/" in key]


@pytest.fixture
def team() -> Team:
    return Team()


def test_what_is_right_is_read(team: Team) -> None:
    assert team.read() == "EXAMPLE-prod"


def test_an_old_head_is_a_rollback(team: Team) -> None:
    old = dict(team.bucket.objects)
    add(team.open(), "new", "EXAMPLE-new")
    team.bucket.objects |= old
    with pytest.raises(RolledBack):
        team.open()


def test_two_ways_of_one_vault_are_told(team: Team) -> None:
    before = dict(team.bucket.objects)
    add(team.open(), "new", "EXAMPLE-new")
    team.bucket.objects = before
    fork = Vault(team.store(), team.identity, now=lambda: NOW)
    for name in ("other", "another"):
        add(fork, name, "EXAMPLE")
    with pytest.raises(RolledBack):
        team.open()


def test_another_vault_is_refused(team: Team) -> None:
    team.bucket.objects = Team().bucket.objects
    with pytest.raises(NexcredError) as caught:
        team.open()
    assert isinstance(caught.value, Damaged)


def test_what_is_missing_is_told_of(team: Team) -> None:
    """As by a lifecycle rule that deletes what is old."""
    manifest = decode(team.bucket.objects[HEAD].body)
    parts = [f"vault/{manifest.incarnation.hex()}/part/{part.name.hex()}" for part in manifest.parts if part.size]
    for key in (*parts, *team.keys("item")):
        there = team.bucket.objects.pop(key)
        with pytest.raises(Tampered, match="missing"):
            team.read()
        team.bucket.objects[key] = there


def test_what_is_not_there_yet_is_waited_for(team: Team) -> None:
    """As of a copy that comes behind the bucket it follows."""
    late = count()

    def send(request: Request, deadline: Deadline, largest: int) -> Response:
        if request.url.endswith("/head") or next(late) > 5:
            return team.bucket.send(request, deadline, largest)
        return Response(404, {}, b"<Code>NoSuchKey</Code>")

    assert team.read(send) == "EXAMPLE-prod"
    assert next(late) > 6


@pytest.mark.parametrize("folder", ["item", "part"])
def test_what_is_exchanged_is_refused(team: Team, folder: str) -> None:
    keys = team.keys(folder)
    for one in keys:
        for other in keys:
            there = team.bucket.objects[one]
            if team.bucket.objects[other].body != there.body:
                team.bucket.objects[one] = team.bucket.objects[other]
                try:
                    assert team.read() == "EXAMPLE-prod"  # what reading does without
                except Tampered:
                    pass
                finally:
                    team.bucket.objects[one] = there


def test_exchanged_names_in_the_manifest_are_refused(team: Team) -> None:
    def swapped(data: bytes) -> bytes:
        manifest = decode(data)
        parts = list(manifest.parts)
        parts[0], parts[3] = parts[3], parts[0]
        return encode(manifest._replace(parts=tuple(parts)))

    team.change(swapped)
    with pytest.raises(Tampered):
        team.open()


@pytest.mark.parametrize("table", [*TABLES, "leaf"])
def test_a_part_that_is_left_out_is_refused(team: Team, table: str) -> None:
    def without(data: bytes) -> bytes:
        manifest = decode(data)
        place = TABLES.index(table) if table != "leaf" else len(TABLES) + next(iter(manifest.leaves))
        parts = list(manifest.parts)
        parts[place] = parts[place]._replace(size=0)
        return encode(manifest._replace(parts=tuple(parts)))

    team.change(without)
    if table == "chain":  # which was empty
        assert team.read() == "EXAMPLE-prod"
        return
    with pytest.raises(NexcredError):
        team.read()


@pytest.mark.parametrize("data", [b"", b"garbage", b"NXM1", bytes(100_000)])
def test_garbage_for_a_head_is_refused(team: Team, data: bytes) -> None:
    team.change(lambda _: data)
    with pytest.raises(Tampered):
        team.open()


def answering(response: Response) -> Send:
    return lambda *_: response


def too_long(*_: object) -> Response:
    raise TransportFailed.inconclusive("the answer is longer than 0 MiB", 200)


@pytest.mark.parametrize(
    ("send", "why"),
    [
        (answering(Response(307, {"location": "https://elsewhere.example"}, b"")), "redirect"),
        (answering(Response(301, {"x-amz-bucket-region": "us-west-2"}, b"")), "is in us-west-2, not in eu-central-1"),
        (answering(Response(404, {}, b"<Code>NoSuchBucket</Code>")), "no such bucket"),
        (answering(Response(403, {}, b"<Code>SignatureDoesNotMatch</Code>")), "refuses the login: the secret"),
        (answering(Response(403, {}, b"<Code>InvalidAccessKeyId</Code>")), "refuses the login"),
        (answering(Response(400, {}, b"<Code>ExpiredToken</Code>")), "the login has expired"),
        (answering(Response(403, {}, b"<Code>RequestTimeTooSkewed</Code>")), "the clock of this machine"),
        (answering(Response(403, {}, b"<Code>AccessDenied</Code>")), "may not read"),
        (answering(Response(418, {}, b"\x1b[2J<Code>Tea</Code>")), "answers 418"),
        (answering(Response(503, {}, b"<Code>SlowDown</Code>")), "not ready to answer"),
        (too_long, "larger than it was written"),
        (answering(Response(200, {}, bytes(200_000))), "larger than it was written"),
    ],
)
def test_each_failure_says_which(team: Team, send: Send, why: str) -> None:
    with pytest.raises((StoreFailed, Tampered), match=why):
        team.open(send)


def lists(*pages: bytes) -> Callable[[MemoryBucket], Send]:
    def of(bucket: MemoryBucket) -> Send:
        count = 0

        def send(request: Request, deadline: Deadline, largest: int) -> Response:
            nonlocal count
            if "list-type" not in dict(request.query) and "list-type" not in request.url:
                return bucket.send(request, deadline, largest)
            count += 1
            return Response(200, {}, pages[(count - 1) % len(pages)])

        return send

    return of


PAGE = b"<R><Contents><Key>vault/%b</Key><Size>1</Size></Contents><NextContinuationToken>x</NextContinuationToken></R>"


@pytest.mark.parametrize(
    "pages",
    [
        (PAGE % b"a",),
        (PAGE % b"b", PAGE % b"a"),
        (b"<R><NextContinuationToken>x</NextContinuationToken></R>",),
        (b"<R><Contents><Key>elsewhere</Key></Contents></R>",),
    ],
    ids=["endless", "out of order", "empty for ever", "of another prefix"],
)
def test_a_list_that_is_none_is_refused(team: Team, pages: tuple[bytes, ...]) -> None:
    with pytest.raises(Tampered, match="lists its objects"):
        tidy(team.open(lists(*pages)(team.bucket)))
    assert team.read() == "EXAMPLE-prod"


def test_who_reads_for_too_long_is_told_to_try_again(team: Team) -> None:
    with (store := team.store()).read() as snapshot:
        add(team.open(), "new", "EXAMPLE-new")
        for key in team.keys("item"):
            del team.bucket.objects[key]
        with pytest.raises(VaultBusy, match="written to while it was read"):
            snapshot.item(bytes(32))
    assert store.exists()


def test_what_only_a_copy_knows_is_not_taken_for_being_there(team: Team, tmp_path: Path) -> None:
    """Else a manifest that names other objects for its leaves would have the right ones deleted."""
    copied = CopiedStore(team.store(), CopyFile(tmp_path / "copy.db"), Offline(), warn=pytest.fail)
    vault = Vault(copied, team.identity, memory=team.memory, now=lambda: NOW)
    assert vault.details(vault.find("prod"))

    def elsewhere(data: bytes) -> bytes:
        manifest = decode(data)
        return encode(manifest.with_parts({}, {index: BucketPart(b"x" * 16, 48) for index in manifest.leaves}))

    def write_head(request: Request, deadline: Deadline, largest: int) -> Response:
        answer = team.bucket.send(request, deadline, largest)
        if request.method == "PUT" and request.url.endswith("/head"):
            team.change(elsewhere)
        return answer

    copied = CopiedStore(team.store(write_head), CopyFile(tmp_path / "copy.db"), Offline(), warn=pytest.fail)
    team.bucket.later(days=30)
    before = set(team.bucket.objects)
    with pytest.raises(Tampered, match="missing"):
        tidy(Vault(copied, team.identity, memory=team.memory, now=lambda: NOW))
    assert before <= set(team.bucket.objects)


def test_nobody_who_writes_to_the_bucket_has_an_owner_delete_what_lives(team: Team) -> None:
    """Neither by a list of what is not needed, nor by another manifest under the same head."""
    team.bucket.later(days=30)
    manifest = decode(team.bucket.objects[HEAD].body)
    note = f"vault/{manifest.incarnation.hex()}/unneeded"
    live = "\n".join(key.removeprefix("vault/") for key in team.bucket.objects).encode()
    team.bucket.objects[note] = Stored(live, team.bucket.now)
    team.bucket.later(hours=2)
    tidy(team.open())
    assert team.read() == "EXAMPLE-prod"
