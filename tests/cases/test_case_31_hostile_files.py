"""Case 31: an SQLite file with a view called record, a trigger, a 2 GB blob or a cycle of pages; no SQLite at all."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.errors import Damaged, NexcredError, Tampered
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.sample_vault import add
from tests.support.vault_file import make_file, open_file, query, read_all, run_sql

PAGE = 4096
GIB = 1024**3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


PLANTED = (
    "CREATE VIEW record AS SELECT sealed FROM item",
    "CREATE VIEW item2 AS SELECT load_extension('x.so')",
    "CREATE TRIGGER spy AFTER INSERT ON head BEGIN DELETE FROM item; END",
    "CREATE INDEX slow ON item (zeroblob(length(sealed)))",
    "CREATE TABLE record (a, b AS (zeroblob(1000000000)))",
)


@pytest.mark.parametrize("planted", PLANTED)
def test_case_31_what_was_planted_is_refused_and_does_not_run(path: Path, planted: str) -> None:
    vault = make_file(path)
    run_sql(path, planted)
    before = path.read_bytes()
    with pytest.raises(Tampered):
        read_all(path, vault.identity)
    with pytest.raises(Tampered):
        add(vault, "new")
    assert path.read_bytes() == before


def test_case_31_a_view_that_stands_for_a_table_is_refused(path: Path) -> None:
    vault = make_file(path)
    run_sql(path, "ALTER TABLE item RENAME TO record")
    run_sql(path, "CREATE VIEW item AS SELECT digest, sealed FROM record")
    with pytest.raises(Tampered):
        read_all(path, vault.identity)


@pytest.mark.parametrize(
    "content",
    [
        b"\0",
        b"not a database\n",
        b"\x89PNG\r\n\x1a\n" + bytes(5_000),
        b"SQLite format 3\0",
        b"SQLite format 3\0" * 512,
        bytes(100_000),
        b"\xff" * 100_000,
    ],
)
def test_case_31_what_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for use in (SqliteStore(path).read, SqliteStore(path).write):
        with pytest.raises(Damaged), use():
            pass
    assert path.read_bytes() == content


def grow_sparsely(path: Path) -> None:
    """Make the file 2 GiB long without a byte on the disk."""
    os.truncate(path, 2 * GIB)


def grow_and_say_so(path: Path) -> None:
    """As above, and let the header say that all those pages are there."""
    os.truncate(path, 2 * GIB)
    patch(path, 28, (2 * GIB // PAGE).to_bytes(4))


def claim_a_huge_value(path: Path) -> None:
    """Let the row of the tree claim 2 GB: its own bytes, then a chain of overflow pages."""
    (root,) = query(path, "SELECT rootpage FROM sqlite_master WHERE name = 'tree'")[0]
    page = bytearray(path.read_bytes()[(root - 1) * PAGE : root * PAGE])
    at = int.from_bytes(page[8:10])
    _, end = varint(page, at)
    rowid_end = varint(page, end)[1]
    header_end = varint(page, rowid_end)[1]
    _, value_type_end = varint(page, header_end + 1)
    size = 2 * 10**9
    cell = put_varint(size + 8) + page[end:rowid_end] + bytes([7]) + bytes([0]) + put_varint(2 * size + 12)
    old = bytes(page[at:value_type_end])
    grown = len(cell) - len(old)
    page[at - grown : value_type_end] = cell
    page[8:10] = (at - grown).to_bytes(2)
    page[5:7] = (at - grown).to_bytes(2)
    patch(path, (root - 1) * PAGE, bytes(page))


def cycle_of_interior_pages(path: Path) -> None:
    """Let the tree of items lead back to its own root."""
    (root,) = query(path, "SELECT rootpage FROM sqlite_master WHERE name = 'item'")[0]
    at = (root - 1) * PAGE
    assert path.read_bytes()[at] == 5, "the root has children"
    patch(path, at + 8, root.to_bytes(4))
    page = path.read_bytes()[at : at + PAGE]
    for cell in range(int.from_bytes(page[3:5])):
        pointer = int.from_bytes(page[12 + 2 * cell : 14 + 2 * cell])
        patch(path, at + pointer, root.to_bytes(4))


def cycle_of_overflow_pages(path: Path) -> None:
    """Let every overflow page of the tree's row be followed by itself."""
    (root,) = query(path, "SELECT rootpage FROM sqlite_master WHERE name = 'tree'")[0]
    page = path.read_bytes()[(root - 1) * PAGE : root * PAGE]
    at = int.from_bytes(page[8:10])
    first = int.from_bytes(page[PAGE - 4 : PAGE])
    assert 0 < at < PAGE
    assert 1 < first <= path.stat().st_size // PAGE
    patch(path, (first - 1) * PAGE, first.to_bytes(4))


def cycle_of_free_pages(path: Path) -> None:
    """Let the list of free pages begin with one that is in use, and go round."""
    (root,) = query(path, "SELECT rootpage FROM sqlite_master WHERE name = 'tree'")[0]
    patch(path, 32, root.to_bytes(4) + (9).to_bytes(4))
    patch(path, (root - 1) * PAGE, root.to_bytes(4))


Spoil = Callable[[Path], None]
SPOILS: list[Spoil] = [
    grow_sparsely,
    grow_and_say_so,
    claim_a_huge_value,
    cycle_of_interior_pages,
    cycle_of_overflow_pages,
    cycle_of_free_pages,
]


@pytest.mark.parametrize("spoil", SPOILS)
def test_case_31_a_hostile_file_is_refused_or_read_rightly(path: Path, spoil: Spoil) -> None:
    vault = make_large(path)
    truth = read_all(path, vault.identity)
    spoil(path)
    try:
        assert read_all(path, vault.identity, vault.anchor) == truth
    except Damaged:
        assert spoil is not grow_sparsely
    else:
        assert spoil in (grow_sparsely, grow_and_say_so, cycle_of_free_pages)


@pytest.mark.parametrize("spoil", SPOILS)
def test_case_31_a_write_to_a_hostile_file_is_refused_or_noticed(path: Path, spoil: Spoil) -> None:
    vault = make_large(path)
    names = vault.names()
    spoil(path)
    try:
        add(vault, "new")
    except NexcredError:
        return
    with_new = vault_names(path, vault.identity)
    assert with_new is None or with_new == sorted([*names, "new"])


@pytest.mark.parametrize("spoil", SPOILS)
def test_case_31_no_more_memory_is_used_than_for_a_good_file(path: Path, spoil: Spoil) -> None:
    vault = make_large(path)
    spoil(path)
    script = (
        "import sys; from pathlib import Path\n"
        "from nexcred.errors import NexcredError\n"
        "from nexcred.vault.identity import Identity\n"
        "from tests.support.vault_file import read_all\n"
        "try: read_all(Path(sys.argv[1]), Identity.parse(sys.argv[2]))\n"
        "except NexcredError as error: print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), vault.identity.secret_string],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (GIB, GIB)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout in ("", "tampered\n")


@pytest.mark.parametrize("command", [("list",), ("get", "x/y"), ("vault", "verify"), ("vault", "status")])
def test_case_31_the_program_exits_9(opened: Opened, command: tuple[str, ...]) -> None:
    (vault,) = opened.home.rglob("vault.db")
    run_sql(vault, "CREATE VIEW record AS SELECT sealed FROM item")
    ran = opened(*command)
    assert (ran.code, ran.out) == (9, "")
    vault.write_bytes(b"not a database\n")
    ran = opened(*command)
    assert (ran.code, ran.out) == (9, "")


def make_large(path: Path) -> Vault:
    """Make a vault whose items need a tree of pages, and whose values need more pages than one."""
    vault = make_file(path)
    for number in range(12):
        add(vault, f"name {number}", "EXAMPLE" * 1_000)
    return open_file(path, vault.identity, vault.anchor)


def vault_names(path: Path, identity: Identity) -> list[str] | None:
    """Return the names as a new process sees them, None where it refuses."""
    try:
        return sorted(open_file(path, identity).names())
    except NexcredError:
        return None


def patch(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def varint(data: bytes | bytearray, at: int) -> tuple[int, int]:
    """Return a variable-length integer of SQLite's file format, and where it ends."""
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def put_varint(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))
