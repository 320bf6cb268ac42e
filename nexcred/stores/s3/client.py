"""Requests to one bucket: signed, bounded, within a deadline, and asked again where that is harmless."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from nexcred.auth.flow import Request, Response
from nexcred.auth.sigv4_signature import Keys, Scope, sign
from nexcred.auth.timestamp import http_date
from nexcred.errors import StoreFailed, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.times import utc_now
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.stores.s3.address import BucketAddress, quoted
from nexcred.stores.s3.failures import code_of, is_passing, refusal, unreachable

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from nexcred.stores.s3.listing import Listed

T = TypeVar("T")
R = TypeVar("R")

# How long one request may take, for how long it is asked again, and for how long for what ought to be there.
_REQUEST_S, _PATIENCE_S, _MISSING_S = 30.0, 20.0, 10.0
# For how long it is asked again when it never answered this process, and not at all after that: there is no network.
_NO_ANSWER_S, _GONE_S = 2.0, 10.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 2.0
AT_ONCE = 16
# To what has no condition: another request is under way (or a proxy is confused).
_NOT_NOW = (409, 412)
_OVER = object()
_ANSWER_BYTES = 64 * 1024
_LIST_BYTES = 4 * 1024 * 1024
# A thousand objects each.
_MOST_PAGES = 20_000


class BucketTransport(Protocol):
    def send(self, request: Request, deadline: Deadline, largest_body: int) -> Response: ...


class KeySource(Protocol):
    """Keys that are good now, and the region that this machine asks in, "" for none."""

    @property
    def region(self) -> str: ...
    def keys(self) -> Keys: ...


class Found(NamedTuple):
    """An object. `modified` and `date` are by the clock of the place, None where it does not tell."""

    body: bytes
    etag: str
    modified: datetime | None
    date: datetime | None

    def __repr__(self) -> str:
        return repr_of(self)


class Bucket:
    """The vault's objects in a bucket, by their names below its prefix.

    `connect` is given the address of the bucket, once, when it is first asked.
    """

    def __init__(
        self,
        address: BucketAddress,
        login: KeySource,
        connect: Callable[[str], BucketTransport],
        *,
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        patience_s: float = _PATIENCE_S,
        missing_s: float = _MISSING_S,
    ) -> None:
        self.address = address
        self._login = login
        self._connect = connect
        self._way: tuple[str, BucketTransport] | None = None
        self._now = now
        self.clock = clock
        self.sleep = sleep
        self.patience_s = patience_s
        self.missing_s = missing_s
        self._threads: tuple[int, ThreadPoolExecutor] | None = None
        self._has_answered = False
        self._gone: tuple[float, TransportFailed] | None = None

    @property
    def place(self) -> str:
        return self.address.location

    def get(self, name: str, largest: int) -> Found | None:
        """Return an object, None where there is none; raise StoreUnreachable, StoreFailed, Tampered."""
        response = self._patiently("GET", name, largest=max(largest, _ANSWER_BYTES))
        if response.status == 404 and code_of(response) in ("NoSuchKey", ""):
            return None
        if response.status != 200:
            raise self.refused(response)
        if len(response.body) > largest:
            raise Tampered(f"an object of the vault at {self.place} is larger than it was written")
        headers = response.headers
        return Found(
            response.body,
            headers.get("etag", ""),
            http_date(headers.get("last-modified", "")),
            http_date(headers.get("date", "")),
        )

    def put(self, name: str, body: bytes) -> None:
        """Write an object that nobody writes otherwise; again, where it is not known whether it was written."""
        response = self._patiently("PUT", name, body=body)
        if response.status != 200:
            raise self.refused(response, writes=True)

    def put_once(self, name: str, body: bytes, condition: Mapping[str, str]) -> Response:
        """Write an object where the condition holds, asked once; raise TransportFailed where no answer came."""
        return self._send("PUT", name, body=body, headers=condition)

    def delete(self, name: str) -> None:
        response = self._patiently("DELETE", name)
        if response.status not in (200, 204, 404):
            raise StoreFailed(
                f"the login may not delete at {self.place}"
                if response.status == 403
                else self.refused(response).message,
                hint="only an owner's `nexcred vault tidy` deletes, and needs s3:DeleteObject",
            )

    def try_to_delete(self, name: str) -> None:
        """Delete what is left to `vault tidy` where this login may not."""
        with suppress(StoreFailed):
            self.delete(name)

    def listed(self, folder: str) -> "Iterator[Listed]":
        """Yield what lies below a folder, "" for all, by rising key; raise Tampered for a list that is none."""
        from nexcred.stores.s3.listing import Listed, read_list  # which few need

        prefix = self.address.key(folder)
        token, last = "", ""
        for _ in range(_MOST_PAGES):
            query: tuple[tuple[str, str], ...] = (("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix))
            query += (("continuation-token", token),) if token else ()
            response = self._patiently("GET", None, query=query, largest=_LIST_BYTES)
            if response.status != 200:
                raise self.refused(response)
            page, token = read_list(response.body)
            for key, size, modified in page:
                if key <= last or not key.startswith(prefix):
                    raise Tampered(f"{self.place} lists its objects in no order")
                last = key
                yield Listed(key.removeprefix(self.address.key("")), size, modified)
            if not token:
                return
            if not page:
                raise Tampered(f"{self.place} lists its objects without an end")
        raise Tampered(f"{self.place} lists its objects without an end")

    def together(self, do: Callable[[T], R], these: Iterable[T]) -> list[R]:
        """Return what it does for each, several at a time, in order."""
        wanted = list(these)
        if len(wanted) < 2:
            return [do(one) for one in wanted]
        if self._threads is None or self._threads[0] != os.getpid():  # a fork has none of its parent's threads
            from concurrent.futures import ThreadPoolExecutor  # which a warm reading does not need

            self._threads = os.getpid(), ThreadPoolExecutor(AT_ONCE, "nexcred bucket")
        return list(self._threads[1].map(do, wanted))

    def waits(self, longest_s: float, *, since: float | None = None) -> Iterator[None]:
        """Yield once for each further try, after a wait of chance, for so long since then, or since the first."""
        import random  # which hardly any run needs

        ends_at, wait_s = (self.clock() if since is None else since) + longest_s, _FIRST_WAIT_S
        while self.clock() < ends_at:
            self.sleep(random.uniform(wait_s / 2, wait_s))  # noqa: S311
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
            yield

    def _patiently(
        self,
        method: str,
        name: str | None,
        *,
        query: tuple[tuple[str, str], ...] = (),
        body: bytes | None = None,
        largest: int = _ANSWER_BYTES,
    ) -> Response:
        """Ask again for as long as no answer comes, or none for good; raise StoreUnreachable, Tampered."""
        self._refuse_what_is_gone()
        waits = self.waits(min(_NO_ANSWER_S, self.patience_s), since=self.clock())
        if self._has_answered:
            waits = self.waits(self.patience_s)
        while True:
            why: TransportFailed | Response
            try:
                why = self._send(method, name, query=query, body=body, largest=largest)
                if not self._has_answered:
                    self._has_answered, waits = True, self.waits(self.patience_s)
                if not is_passing(why) and why.status not in _NOT_NOW:
                    return why
            except TransportFailed as error:
                why = error
                if error.http_status == 200:  # it is too large, and stays so
                    raise unreachable(self.place, error) from None
            if next(waits, _OVER) is _OVER:
                if isinstance(why, TransportFailed):
                    self._gone = self.clock(), why
                raise unreachable(self.place, why) from None

    def _refuse_what_is_gone(self) -> None:
        """Raise StoreUnreachable where it was just asked for as long as it is worth: the next reading asks at once."""
        if self._gone is not None and self.clock() < self._gone[0] + _GONE_S:
            raise unreachable(self.place, self._gone[1])

    def _send(
        self,
        method: str,
        name: str | None,
        *,
        query: tuple[tuple[str, str], ...] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        largest: int = _ANSWER_BYTES,
    ) -> Response:
        path = "/" + (quoted(self.address.key(name)) if name is not None else "")
        region, transport = self._opened()
        request = Request(method, self.address.url(region) + path, dict(headers or {}), query, body)
        signed = sign(request, self._login.keys(), Scope(region, "s3"), self._now())
        return transport.send(signed, Deadline.after(_REQUEST_S), largest)

    def _opened(self) -> tuple[str, BucketTransport]:
        if self._way is None:
            region = self.address.region or self.address.signed_region(self._login.region)
            self._way = region, self._connect(self.address.url(region))
        return self._way

    def refused(self, response: Response, *, writes: bool = False) -> StoreFailed:
        """Say why an object was not given, or not written."""
        return refusal(response, self.place, region=self._opened()[0], writes=writes)
