"""A place that answers older states in turn: each is refused, however often another one is there meanwhile."""

from itertools import count, cycle

import pytest

from nexcred.auth.flow import Request, Response
from nexcred.errors import RolledBack
from nexcred.network.deadline import Deadline
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket, open_store
from tests.support.sample_vault import NOW, add, found, update

_MOST_REQUESTS = 500


def test_older_states_in_turn_are_refused_in_the_end() -> None:
    bucket, memory = MemoryBucket(), ProcessMemory()
    identity = found(open_store(bucket))
    vault = Vault(open_store(bucket), identity, memory=memory, was_seen=True, now=lambda: NOW)
    older = []
    add(vault, "prod")
    for secret in ("EXAMPLE-first", "EXAMPLE-second", "EXAMPLE-third"):
        older.append(dict(bucket.objects))
        update(vault, "prod", secret)
    turns, number = cycle(older[:2]), count()

    def answer(request: Request, _deadline: Deadline, _largest: int) -> Response:
        assert next(number) < _MOST_REQUESTS, "it asks for ever"
        if request.method == "GET" and request.url.endswith("head"):
            bucket.objects = next(turns)
        return bucket.answer(request)

    with pytest.raises(RolledBack):
        Vault(open_store(bucket, send=answer), identity, memory=memory, was_seen=True, now=lambda: NOW).credentials()
