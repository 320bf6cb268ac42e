"""Case 3: Argon2 with t=2³¹, m=2³²−1, p=0, or below the floor is refused before deriving."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from nexcred.errors import Tampered
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.public_header import read_public_header
from nexcred.vault.slot import open_passphrase_slot
from tests.support.sample_vault import found
from tests.support.vault_file import query, run_sql

HOSTILE = {
    "passes": (65_536, 2**31, 4),
    "memory": (2**32 - 1, 3, 4),
    "no_lanes": (65_536, 3, 0),
    "lanes": (2**32 - 1, 3, 2**32 - 1),
    "no_passes": (65_536, 0, 4),
    "memory_times_passes": (1024 * 1024, 16, 4),
    "below_the_floor": (8, 1, 1),
    "memory_below_the_floor": (65_535, 3, 4),
    "nothing": (0, 0, 0),
}

# The most memory that this process ever held, in KiB, after it was asked to open each slot.
REFUSING = """
import resource, sys
from nexcred.errors import Tampered
from nexcred.vault.slot import open_passphrase_slot
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for line in sys.stdin:
    try:
        open_passphrase_slot(bytes.fromhex(line), "EXAMPLE")
    except Tampered:
        continue
    sys.exit("opened")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def slot(memory: int, passes: int, lanes: int) -> bytes:
    clear = b"NXS1\1\1" + bytes(16) + struct.pack(">III", memory, passes, lanes) + bytes(12 + 32)
    return clear + bytes(64)


@pytest.mark.parametrize("cost", HOSTILE.values(), ids=HOSTILE)
def test_case_03_a_planted_slot_is_refused(tmp_path: Path, cost: tuple[int, int, int]) -> None:
    path = tmp_path / "vault.db"
    found(SqliteStore(path), slots=(slot(65_536, 3, 4),))
    run_sql(path, "UPDATE slot SET sealed = ?", slot(*cost))
    before = path.read_bytes()
    with SqliteStore(path).read() as snapshot:
        (planted,) = snapshot.slots()
        with pytest.raises(Tampered, match="out of bounds"):
            open_passphrase_slot(planted, "EXAMPLE")
        with pytest.raises(Tampered):
            read_public_header(snapshot)
    assert path.read_bytes() == before
    assert query(path, "SELECT count(*) FROM slot") == [(1,)]


def test_case_03_no_memory_is_taken_for_it() -> None:
    lines = "\n".join(slot(*cost).hex() for cost in HOSTILE.values())
    command = [sys.executable, "-c", REFUSING]
    refusing = subprocess.run(command, input=lines, text=True, capture_output=True, check=True)
    assert int(refusing.stdout) < 16 * 1024, "even the floor takes 64 MiB"
