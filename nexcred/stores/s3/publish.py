"""The one step that makes a write count: the new head over the former one, by a condition that the place keeps.

Whatever comes instead of a yes is settled by reading. What was asked may still arrive, also twice: while the head is as
before, nobody knows; once it is another, what was asked for the former one is refused for ever, as no head comes again.
"""

from collections.abc import Callable

from nexcred.auth.flow import Response
from nexcred.errors import NexcredError, OutcomeUnknown, StoreFailed, VaultBusy
from nexcred.network.failures import TransportFailed
from nexcred.stores.s3 import objects
from nexcred.stores.s3.client import Bucket
from nexcred.stores.s3.failures import is_passing, unreachable
from nexcred.stores.s3.manifest import BLOCK, MOST_LOGS, BucketManifest, encode
from nexcred.stores.s3.snapshot import SeenManifest, look

_MOVED = 412
_CONFLICT = 409

PastHead = Callable[[SeenManifest, int], bytes | None]


def publish(
    bucket: Bucket, manifest: BucketManifest, over: SeenManifest | None, past_head: PastHead
) -> SeenManifest | None:
    """Write the head over that one; return it as it is there now, None when somebody was quicker.

    Raises OutcomeUnknown when that cannot be known; StoreFailed, StoreUnreachable when nothing was written.
    """
    data = encode(manifest)
    condition = {"If-None-Match": "*"} if over is None else {"If-Match": over.etag}
    waits = bucket.waits(bucket.patience_s)
    may_have_come = False
    while True:
        answer = _ask(bucket, data, condition)
        if isinstance(answer, Response) and answer.status == 200:
            return SeenManifest(manifest, data, answer.headers.get("etag", ""))
        may_have_come |= not isinstance(answer, Response) or is_passing(answer)
        try:
            now = look(bucket)
        except NexcredError as error:
            if may_have_come:
                raise _unknown(bucket, error.message) from None
            raise
        if now is not None and now.data == data:
            return now
        if _is_other(now, over):
            assert now is not None
            return _overtaken(bucket, manifest, now, past_head)
        if not may_have_come and isinstance(answer, Response) and answer.status not in (_MOVED, _CONFLICT):
            raise bucket.refused(answer, writes=True)
        if next(waits, bucket) is bucket:
            raise _given_up(bucket, answer, may_have_come=may_have_come)


def _ask(bucket: Bucket, data: bytes, condition: dict[str, str]) -> Response | TransportFailed:
    try:
        return bucket.put_once(objects.HEAD, data, condition)
    except TransportFailed as error:
        return error


def _is_other(now: SeenManifest | None, over: SeenManifest | None) -> bool:
    """True where a head stands that is not the former one. Where none stands, none was seen yet, or none is shown."""
    return now is not None and (over is None or now.data != over.data)


def _overtaken(bucket: Bucket, manifest: BucketManifest, now: SeenManifest, past_head: PastHead) -> SeenManifest | None:
    """Return the present state where it came from this write, over which somebody wrote since; None for another."""
    try:
        if past_head(now, manifest.generation) == manifest.head:
            return now
    except NexcredError as error:
        raise _unknown(bucket, error.message) from None
    if _is_forgotten(manifest.generation, now.manifest):
        raise _unknown(bucket, "others wrote so often since that it cannot be told any more")
    return None


def _is_forgotten(generation: int, now: BucketManifest) -> bool:
    """True where the heads of that time are not kept any more."""
    return len(now.logs) == MOST_LOGS and generation // BLOCK < now.logs[0]


def _given_up(bucket: Bucket, answer: Response | TransportFailed, *, may_have_come: bool) -> NexcredError:
    if may_have_come:
        failure = unreachable(bucket.place, answer)
        return _unknown(bucket, failure.message)
    if isinstance(answer, Response) and answer.status == _CONFLICT:
        return VaultBusy("others keep writing to this vault; nothing was written", hint="try again in a moment")
    return StoreFailed(f"{bucket.place} refuses the write as if the vault had changed, and shows that it has not")


def _unknown(bucket: Bucket, why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"the last step of the write to {bucket.place} was not answered: {why}; it may have happened",
        hint="see what is there with: nexcred list",
    )
