"""What several processes of one machine do to what it keeps."""

import subprocess
import sys
from pathlib import Path

import pytest

import nexcred
from nexcred.local.anchors import AnchorFile
from nexcred.local.locking import locked


def test_a_lock_that_is_held_is_waited_for_and_given_up(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), pytest.raises(TimeoutError), locked(tmp_path / "lock", timeout_s=0.03):
        pass
    with locked(tmp_path / "lock", timeout_s=0):
        pass


RAISE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from nexcred.local.anchors import AnchorFile
from nexcred.vault.anchor import Anchor
anchors = AnchorFile(Path(sys.argv[2]), warn=print)
for generation in range(1, 41):
    anchors.advance("file:///" + sys.argv[3], Anchor(b"v" * 16, generation, b"h" * 32, 1, b"r" * 32))
    anchors.advance("file:///shared", Anchor(b"v" * 16, generation, b"h" * 32, 1, b"r" * 32))
"""


def test_processes_that_raise_at_once_lose_nothing(tmp_path: Path) -> None:
    root = str(Path(nexcred.__file__).parents[1])
    commands = [[sys.executable, "-c", RAISE, root, str(tmp_path / "state"), str(number)] for number in range(4)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    assert [process.communicate(timeout=60)[0] for process in running] == [b""] * 4
    for place in ("0", "1", "2", "3", "shared"):
        found = AnchorFile(tmp_path / "state", warn=print).read("file:///" + place)
        assert found is not None
        assert found.generation == 40
