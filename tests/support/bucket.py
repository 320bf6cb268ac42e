"""A bucket in memory, as strict about conditions as S3 is: real stores talk to it through a transport of its own."""

import hashlib
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from nexcred.auth.flow import Request, Response
from nexcred.auth.sigv4_signature import Keys
from nexcred.network.deadline import Deadline
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.s3.address import BucketAddress
from nexcred.stores.s3.client import Bucket
from nexcred.stores.s3.kept_parts import KeptParts
from nexcred.stores.s3.store import S3Store

T = TypeVar("T")
R = TypeVar("R")
NAME = "example-bucket"
ENDPOINT = "http://127.0.0.1:9"


class Stored(NamedTuple):
    body: bytes
    modified: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body).hexdigest()}"'


class AnyLogin:
    region = "eu-central-1"

    def keys(self) -> Keys:
        return Keys("EXAMPLE", "EXAMPLE-secret")


class MemoryBucket:
    """One bucket. `now` is its clock, `asked` notes method and key of each request, `page` is how many a list shows."""

    def __init__(self) -> None:
        self.objects: dict[str, Stored] = {}
        self.now = datetime(2026, 3, 1, tzinfo=UTC)
        self.asked: list[tuple[str, str]] = []
        self.page = 1000
        self._lock = threading.Lock()

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def send(self, request: Request, deadline: Deadline, largest_body: int) -> Response:
        with self._lock:
            return self.answer(request)

    def answer(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        bucket, _, key = unquote(parts.path.lstrip("/")).partition("/")
        self.asked.append((request.method, key))
        if bucket != NAME:
            return self._refused(404, "NoSuchBucket")
        headers = {name.lower(): value for name, value in request.headers.items()}
        if request.method == "GET" and not key:
            return self._list(dict(parse_qsl(parts.query)))
        there = self.objects.get(key)
        if request.method == "GET":
            return self._refused(404, "NoSuchKey") if there is None else self._found(there)
        if request.method == "DELETE":
            self.objects.pop(key, None)
            return self._answered(204)
        wanted = headers.get("if-match")
        if wanted is not None and there is None:
            return self._refused(404, "NoSuchKey")
        if wanted is not None and there is not None and wanted != there.etag:
            return self._refused(412, "PreconditionFailed")
        if headers.get("if-none-match") == "*" and there is not None:
            return self._refused(412, "PreconditionFailed")
        self.objects[key] = Stored(request.body or b"", self.now)
        return self._answered(200, {"etag": self.objects[key].etag})

    def _found(self, there: Stored) -> Response:
        modified = format_datetime(there.modified, usegmt=True)
        return self._answered(200, {"etag": there.etag, "last-modified": modified}, there.body)

    def _list(self, query: dict[str, str]) -> Response:
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        shown = keys[: self.page]
        contents = "".join(
            f"<Contents><Key>{escape(quote(key))}</Key><Size>{len(self.objects[key].body)}</Size>"
            f"<LastModified>{self.objects[key].modified.isoformat()}</LastModified></Contents>"
            for key in shown
        )
        token = f"<NextContinuationToken>{shown[-1]}</NextContinuationToken>" if len(shown) < len(keys) else ""
        return self._answered(200, {}, f"<ListBucketResult>{contents}{token}</ListBucketResult>".encode())

    def _refused(self, status: int, code: str) -> Response:
        return self._answered(status, {}, f"<Error><Code>{code}</Code></Error>".encode())

    def _answered(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Response:
        return Response(status, {"date": format_datetime(self.now, usegmt=True), **(headers or {})}, body)


class Ticking:
    """A clock that goes on by what is slept, and by nothing else."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


Send = Callable[[Request, Deadline, int], Response]


class Way:
    """A transport that is one function, for tests that stand in between."""

    def __init__(self, send: Send) -> None:
        self.send = send


class OneByOne(Bucket):
    """Asks one thing after another, in an order that is the same each time."""

    def together(self, do: Callable[[T], R], these: Iterable[T]) -> list[R]:
        return [do(one) for one in these]


def open_bucket(
    memory: MemoryBucket, send: Send | None = None, prefix: str = "vault", *, one_by_one: bool = False
) -> Bucket:
    clock = Ticking()
    kind = OneByOne if one_by_one else Bucket
    return kind(
        BucketAddress(NAME, prefix, endpoint=ENDPOINT),
        AnyLogin(),
        lambda _: Way(send or memory.send),
        now=lambda: memory.now,
        clock=clock,
        sleep=clock.sleep,
    )


def open_store(
    memory: MemoryBucket, copy: Path | None = None, send: Send | None = None, *, one_by_one: bool = False
) -> S3Store:
    """Open the vault in it anew, as another process would; with `copy` what this machine read before is there."""
    bucket = open_bucket(memory, send, one_by_one=one_by_one)
    return S3Store(bucket, KeptParts(None if copy is None else CopyFile(copy)))
