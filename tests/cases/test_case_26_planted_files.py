"""Case 26: a planted hot journal, a stray -wal or -shm: refused, or the truth, and nothing else is touched."""

import os
import random
import sqlite3
import struct
from pathlib import Path

import pytest

from nexcred.errors import Damaged, Replaced, RolledBack, Tampered
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.sample_vault import update
from tests.support.vault_file import make_file, open_file, query, read_all

JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


def hot_journal(path: Path) -> bytes:
    """Return a journal that takes the file back to what it is now (sqlite.org/fileformat.html, section 3)."""
    content = path.read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    nonce, sector = 7, 512
    header = JOURNAL_MAGIC + struct.pack(">IIIII", len(pages), nonce, len(pages), sector, PAGE)
    records = [
        struct.pack(f">I{PAGE}sI", number, page, nonce + sum(page[PAGE - 200 : 0 : -200]))
        for number, page in enumerate(pages, 1)
    ]
    return header.ljust(sector, b"\0") + b"".join(records)


def journal_of(path: Path) -> Path:
    return path.with_name(path.name + "-journal")


def naming(journal: bytes, victim: Path) -> bytes:
    """Return a journal that claims to belong to a transaction over several databases, whose list is `victim`."""
    name = os.fsencode(victim)
    checksum = sum(byte if byte < 128 else byte - 256 for byte in name) & 0xFFFFFFFF
    lock_page = 0x40000000 // PAGE + 1
    return journal + struct.pack(f">I{len(name)}sII", lock_page, name, len(name), checksum) + JOURNAL_MAGIC


def test_case_26_a_journal_that_takes_the_vault_back_is_a_rollback(path: Path) -> None:
    vault = make_file(path)
    older, journal, anchor = read_all(path, vault.identity), hot_journal(path), vault.anchor
    update(vault, "Prod Events", "EXAMPLE-newer")
    journal_of(path).write_bytes(journal)
    with pytest.raises(RolledBack):
        open_file(path, vault.identity, vault.anchor)
    assert read_all(path, vault.identity, anchor) == older  # and it did take it back


def test_case_26_the_journal_of_another_vault_is_damage(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    make_file(other)
    vault = make_file(path)
    truth = read_all(path, vault.identity)
    for journal, refusal in ((hot_journal(other), Replaced), (hot_journal(other)[: -3 * PAGE], Damaged)):
        whole = path.read_bytes()
        journal_of(path).write_bytes(journal)
        with pytest.raises(refusal):
            read_all(path, vault.identity, vault.anchor)
        path.write_bytes(whole)
        journal_of(path).unlink(missing_ok=True)
    assert read_all(path, vault.identity, vault.anchor) == truth


def test_case_26_a_broken_journal_is_damage_or_the_truth(path: Path) -> None:
    vault = make_file(path)
    journal = hot_journal(path)
    update(vault, "Prod Events", "EXAMPLE-newer")
    whole, truth = path.read_bytes(), read_all(path, vault.identity, vault.anchor)
    chance = random.Random(26)
    plants = [journal[:length] for length in (0, 7, 8, 27, 28, 512, 513, 4_096, len(journal) // 2, len(journal) - 1)]
    plants += [chance.randbytes(length) for length in (1, 512, 9_000)]
    plants += [JOURNAL_MAGIC + chance.randbytes(4_088), JOURNAL_MAGIC, JOURNAL_MAGIC * 512]
    for _ in range(40):
        flipped = bytearray(journal)
        flipped[chance.randrange(len(flipped) if chance.random() < 0.5 else 32)] ^= 1 << chance.randrange(8)
        plants.append(bytes(flipped))
    for plant in plants:
        path.write_bytes(whole)
        journal_of(path).write_bytes(plant)
        try:
            assert read_all(path, vault.identity, vault.anchor) == truth
        except Damaged:
            continue


@pytest.mark.parametrize("way", ["read", "write"])
def test_case_26_a_journal_that_names_another_file_does_not_delete_it(path: Path, tmp_path: Path, way: str) -> None:
    vault = make_file(path)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    planted = naming(hot_journal(path), victim)
    journal_of(path).write_bytes(planted)
    before = path.read_bytes()
    with pytest.raises(Tampered, match="names another file"), getattr(SqliteStore(path), way)():
        pass
    with pytest.raises(Tampered):
        Vault(SqliteStore(path), vault.identity)
    assert (victim.read_text(), path.read_bytes(), journal_of(path).read_bytes()) == ("precious", before, planted)
    query(path, "SELECT * FROM head")  # what SQLite alone makes of it
    assert not victim.exists()


def test_case_26_a_log_with_newer_rows_is_refused(path: Path, tmp_path: Path) -> None:
    vault = make_file(path)
    before = path.read_bytes()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("UPDATE tree SET sealed = zeroblob(8192)")
    logged = {name: path.with_name(path.name + name).read_bytes() for name in ("-wal", "-shm")}
    in_wal_mode = path.read_bytes()
    connection.close()
    for file in (before, in_wal_mode):
        path.write_bytes(file)
        for name, content in logged.items():
            path.with_name(path.name + name).write_bytes(content)
        with pytest.raises(Tampered, match="never makes"):
            open_file(path, vault.identity)
        assert path.read_bytes() == file
        assert path.with_name(path.name + "-wal").read_bytes() == logged["-wal"]


def test_case_26_stray_shared_memory_changes_nothing(path: Path) -> None:
    vault = make_file(path)
    truth = read_all(path, vault.identity)
    stray = path.with_name(path.name + "-shm")
    stray.write_bytes(b"anything" * 4_096)
    assert read_all(path, vault.identity, vault.anchor) == truth
    assert stray.read_bytes() == b"anything" * 4_096


@pytest.mark.parametrize("command", [("list",), ("get", "x/y"), ("vault", "verify"), ("rename", "x", "y")])
def test_case_26_the_program_says_which_file_to_look_into(opened: Opened, command: tuple[str, ...]) -> None:
    (vault,) = opened.home.rglob("vault.db")
    for name in ("-wal", "-journal"):
        planted = vault.with_name(f"vault.db{name}")
        planted.write_bytes(naming(b"", opened.home / ".profile"))
        ran = opened(*command)
        assert (ran.code, ran.out) == (9, "")
        assert planted.name in ran.err
        assert "move it away" in ran.err
        planted.unlink()
