"""Many machines that write to one vault in a bucket at once."""

import subprocess
import sys
from pathlib import Path

from nexcred.stores.locate import open_store
from tests.support.bucket_server import serving
from tests.support.bucket_writers import open_vault, surroundings
from tests.support.sample_vault import open_new

PROCESSES, WRITERS, COUNT = 4, 16, 3


def test_each_acknowledged_write_is_there(tmp_path: Path) -> None:
    with serving() as served:
        founder = open_new(open_store(served.url, surroundings(tmp_path / "founder")))
        secret = founder.identity.secret_string
        command = [sys.executable, "-m", "tests.support.bucket_writers", served.url, str(tmp_path), secret]
        running = [
            subprocess.Popen([*command, str(process), str(WRITERS), str(COUNT)], stdout=subprocess.PIPE, text=True)
            for process in range(PROCESSES)
        ]
        told = [name for process in running for name in process.communicate()[0].splitlines()]
        assert [process.returncode for process in running] == [0] * PROCESSES
        vault = open_vault(served.url, tmp_path / "reader", founder.identity)
        assert sorted(one.name for one in vault.credentials()) == sorted(told)
        assert len(told) == PROCESSES * WRITERS * COUNT == vault.generation - 1
        assert vault.verify().faults == ()
