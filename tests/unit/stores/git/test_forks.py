"""Processes that read its parts at once: a fork has the pipes of its parent's git, and must neither use nor end it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.support.git_repository import bare_repository, git_store
from tests.support.sample_vault import add, found
from tests.support.strace import ROOT
from tests.support.zygote import Tell, fork

SCRIPT = """
import sys
from pathlib import Path
from tests.unit.stores.git.test_forks import read_in_parts
read_in_parts(Path(sys.argv[1]))
"""


def test_each_process_that_reads_has_a_git_of_its_own(tmp_path: Path) -> None:
    bare_repository(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")


def read_in_parts(folder: Path) -> None:
    from nexcred.vault.vault import Vault

    vault = Vault(git_store(folder), found(git_store(folder)))
    for name in ("first", "second"):
        add(vault, name)
    store = git_store(folder, query="?fresh=10m", is_copied=False)
    clone = store._repository.clone
    with store.read() as snapshot:
        digests = sorted(snapshot.item_digests())

    def read_all(tell: Tell) -> None:
        for _ in range(50):
            with store.read() as snapshot:
                for digest, sealed in snapshot.items(digests):
                    assert hashlib.sha256(sealed).digest() == digest
        tell(str(clone._reader(clone._room)._running().pid))

    own = clone._reader(clone._room)._running().pid
    told = [child.finish() for child in [fork(read_all) for _ in range(3)]]
    assert [status for _, status in told] == [0, 0, 0], told
    assert len({own, *(int(lines[0]) for lines, _ in told)}) == 4
    with store.read() as snapshot:
        assert sorted(digest for digest, _ in snapshot.items(digests)) == digests
    assert clone._reader(clone._room)._running().pid == own
    store.close()
