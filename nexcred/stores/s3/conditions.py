"""Proof, before a vault is made, that the place keeps the conditions of a write: without them, writes would be lost."""

import secrets
from collections.abc import Mapping

from nexcred.auth.flow import Response
from nexcred.errors import StoreFailed
from nexcred.network.failures import TransportFailed
from nexcred.stores.s3 import objects
from nexcred.stores.s3.client import AT_ONCE, Bucket
from nexcred.stores.s3.failures import is_passing, unreachable

_NEW = {"If-None-Match": "*"}
_WRONG_ETAG = '"00000000000000000000000000000000"'
_ROUNDS = 8
_NOT_DONE = (409, 412)


def prove_conditions(bucket: Bucket) -> None:
    """Raise StoreFailed with the reason where the place does not keep them; nothing of a vault is written."""
    name = objects.proof(secrets.token_bytes(16))
    first = _write(bucket, name, b"first", _NEW)
    _must_refuse(bucket, name, _NEW, "it overwrites an object that must not be there yet")
    _must_refuse(bucket, name, {"If-Match": _WRONG_ETAG}, "it overwrites an object that is not the one that was read")
    etag = _write(bucket, name, b"second", {"If-Match": first})
    if etag == first:
        raise _unfit(bucket, "it does not tell two versions of an object apart")
    _must_refuse(bucket, name, {"If-Match": first}, "it overwrites an object that was changed since it was read")
    for number in range(_ROUNDS):
        etag = _race(bucket, name, number, etag)
    bucket.try_to_delete(name)


def _race(bucket: Bucket, name: str, number: int, etag: str) -> str:
    """Let several write over one version at once; return the version of the only one that may succeed."""
    bodies = [b"%d of round %d" % (one, number) for one in range(AT_ONCE)]
    answers = bucket.together(lambda body: _ask(bucket, name, body, {"If-Match": etag}), bodies)
    won = [body for body, answer in zip(bodies, answers, strict=True) if answer.status == 200]
    if len(won) > 1:
        raise _unfit(bucket, f"of {AT_ONCE} writers at once, {len(won)} were told that they had been the only one")
    odd = next((answer for answer in answers if answer.status not in (200, *_NOT_DONE)), None)
    if odd is not None and not is_passing(odd):
        raise bucket.refused(odd, writes=True)
    now = bucket.get(name, 1024)
    if now is None or (won and now.body != won[0]):
        raise _unfit(bucket, "it does not show what it took")
    return now.etag


def _write(bucket: Bucket, name: str, body: bytes, condition: Mapping[str, str]) -> str:
    """Write, and return the ETag of what was written."""
    answer = _ask(bucket, name, body, condition)
    if answer.status in _NOT_DONE:
        raise _unfit(bucket, "it refuses a write whose condition holds")
    if answer.status != 200:
        raise bucket.refused(answer, writes=True)
    etag = answer.headers.get("etag", "")
    if not etag:
        raise _unfit(bucket, "it does not name the version of what it took")
    return etag


def _must_refuse(bucket: Bucket, name: str, condition: Mapping[str, str], why: str) -> None:
    answer = _ask(bucket, name, b"overwritten", condition)
    if answer.status == 200:
        raise _unfit(bucket, why)
    if answer.status not in _NOT_DONE:
        raise bucket.refused(answer, writes=True)


def _ask(bucket: Bucket, name: str, body: bytes, condition: Mapping[str, str]) -> Response:
    """Ask once. Again would be another question: the first may have been heard."""
    try:
        return bucket.put_once(name, body, condition)
    except TransportFailed as error:
        raise unreachable(bucket.place, error) from None


def _unfit(bucket: Bucket, why: str) -> StoreFailed:
    return StoreFailed(
        f"no vault is made at {bucket.place}: {why}, so that writes would be lost",
        hint="take a store that keeps If-Match and If-None-Match: S3 itself does",
    )
