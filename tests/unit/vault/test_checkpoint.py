"""The line by which one machine tells another how far a vault has come."""

import base64

import pytest

from nexcred.errors import InvalidData
from nexcred.vault.checkpoint import CHECKPOINT_PREFIX, Checkpoint, read_checkpoint, write_checkpoint
from nexcred.vault.floor import Floor
from nexcred.vault.primitives import digest
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.shared_vault import adas_vault, join, share

CHECKPOINT = Checkpoint(b"v" * 16, 41, b"h" * 32, Floor(3, b"r" * 32, (b"p" * 16, b"q" * 16)))
RAW = b"v" * 16 + bytes(7) + b"\x29" + b"h" * 32 + b"\0\0\0\3" + b"r" * 32 + b"\0\2" + b"p" * 16 + b"q" * 16


def line(raw: bytes) -> str:
    return CHECKPOINT_PREFIX + base64.b32encode(raw + digest(raw)[:4]).decode().rstrip("=")


def test_the_line_is_that_of_the_format() -> None:
    assert write_checkpoint(CHECKPOINT) == line(RAW)
    assert read_checkpoint(f"  {line(RAW).lower()}\n") == CHECKPOINT
    bare = CHECKPOINT._replace(floor=Floor(1, bytes(32)))
    assert read_checkpoint(write_checkpoint(bare)) == bare


@pytest.mark.parametrize(
    "text",
    [
        "",
        CHECKPOINT_PREFIX,
        line(RAW)[:-1],
        line(RAW) + "A",
        line(RAW).replace("CHECK-1", "CHECK-2"),
        line(RAW)[:40] + ("B" if line(RAW)[40] != "B" else "C") + line(RAW)[41:],
        line(RAW[:-1]),
        line(RAW + b"\0"),
        line(RAW[:56]),
        line(RAW[:55]),
        line(RAW[:56] + bytes(4) + RAW[60:]),
        "é" + line(RAW),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidData, match="form NEXCRED-CHECK-1"):
        read_checkpoint(text)


def test_a_vault_tells_how_far_it_has_come_and_to_a_guest_which_names_it_opens() -> None:
    store = MemoryStore()
    ada = adas_vault(store)
    job, bob = join(ada, store, "ci", GUEST), join(ada, store, "Bob", MEMBER)
    share(ada, "prod", job, bob)
    plain, told = ada.checkpoint(), ada.checkpoint(job.state.me.id)
    anchor = ada.anchor
    assert (plain.vault_id, plain.generation, plain.head_hash) == anchor[:3]
    assert plain.floor == Floor(anchor.roster_length, anchor.roster_hash)
    assert len(told.floor.pairs) == 1
    assert Vault(store, job.identity, checkpoint=told).names() == ["prod"]
    assert read_checkpoint(write_checkpoint(told)) == told


def test_of_what_a_guest_does_not_hold_nothing_is_told() -> None:
    store = MemoryStore()
    ada = adas_vault(store)
    job = join(ada, store, "ci", GUEST)
    share(ada, "prod", job)
    heard: list[str] = []
    again = Vault(store, ada.identity, memory=ada.memory, warn=heard.append)
    assert len(again.checkpoint(job.state.me.id).floor.pairs) == 1
    assert heard == []
