"""A provider that knows a new key late refuses it at first: it is asked again for as long as its engine says."""

from pathlib import Path

import pytest

from nexcred.services.rotation.advance import rotate
from nexcred.services.rotation.making import Wanted
from tests.support.memory_store import MemoryStore, Tables
from tests.support.rotation import Clock, Machine, Provider, keep_key, present_secret
from tests.support.sample_vault import found


@pytest.mark.parametrize(
    ("settles_s", "refusals", "result", "waited_s"),
    [
        (0, 1, "refused", 0),
        (20, 6, "done", 20),
        (20, 7, "refused", 20),
        (60, 14, "done", 60),
        (60, 15, "refused", 60),
        (3, 3, "refused", 3),
    ],
)
def test_a_new_key_is_asked_with_until_it_must_be_known(
    tmp_path: Path, settles_s: int, refusals: int, result: str, waited_s: int
) -> None:
    provider, clock, tables = Provider("add"), Clock(), Tables()
    provider.settles_s, provider.refuses_new = settles_s, refusals
    machine = Machine(tmp_path, lambda: MemoryStore(tables), found(MemoryStore(tables)), provider, clock)
    keep_key(machine.vault())
    began = clock.now
    assert rotate(machine.work(), Wanted(grace_s=0)).result == result
    assert (clock.now - began).total_seconds() == waited_s
    assert present_secret(machine.vault()) == ("EXAMPLE-1" if result == "done" else "EXAMPLE-0")
