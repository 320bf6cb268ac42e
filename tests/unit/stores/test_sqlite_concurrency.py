"""Processes that write at once: each acknowledged write is there, and one vault is made once."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import nexcred
from nexcred.errors import VaultNotFound
from nexcred.stores.sqlite.store import SqliteStore

WRITERS, WRITES = 6, 15
SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change
store, me = SqliteStore(Path(sys.argv[2])), sys.argv[3]
for number in range(int(sys.argv[4])):
    name = f"{me}-{number}".encode()
    with store.write() as snapshot:
        head = snapshot.head()
        generation = int(head or b"0") + 1
        digest = name.ljust(32)
        assert store.commit(Change(head=b"%d" % generation, generation=generation, items={digest: name}), head)
"""
MAKE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change
store = SqliteStore(Path(sys.argv[2]))
sys.stdin.read(1)
with store.write():
    print(store.commit(Change(head=sys.argv[3].encode(), generation=1), None))
"""


def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    root = Path(nexcred.__file__).parents[1]
    command = [sys.executable, "-c", script, str(root), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_every_write_of_many_processes_is_there(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    for process in [start(SCRIPT, path, writer, WRITES) for writer in range(WRITERS)]:
        _, errors = process.communicate(timeout=100)
        assert (process.returncode, errors) == (0, "")
    with SqliteStore(path).read() as snapshot:
        assert snapshot.head() == b"%d" % (WRITERS * WRITES)
        names = {snapshot.item(digest) for digest in snapshot.item_digests()}
    assert names == {f"{writer}-{number}".encode() for writer in range(WRITERS) for number in range(WRITES)}


def test_one_of_many_makes_the_vault(tmp_path: Path) -> None:
    path = tmp_path / "new" / "vault.db"
    processes = [start(MAKE, path, name) for name in "abcd"]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("g")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert sorted(answers) == ["False", "False", "False", "True"]
    with SqliteStore(path).read() as snapshot:
        assert snapshot.head() == "abcd"[answers.index("True")].encode()


def test_a_creation_that_is_killed_leaves_no_vault_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    script = MAKE.replace("print(", "import os; store._connection.execute('PRAGMA cache_size=1'); os._exit(9); print(")
    process = start(script, path, "a")
    process.communicate("g", timeout=60)
    assert process.returncode == 9
    with pytest.raises(VaultNotFound), SqliteStore(path).read():
        pass
    again = start(MAKE, path, "b")
    assert again.communicate("g", timeout=60)[0] == "True\n"


WAIT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from nexcred.stores.sqlite.store import SqliteStore
print("waiting", flush=True)
with SqliteStore(Path(sys.argv[2]), lock_timeout_s=3600).write():
    pass
"""


def test_an_interrupt_ends_the_wait_for_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    with SqliteStore(path).write():
        process = start(WAIT, path)
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors.endswith("KeyboardInterrupt\n")
