"""Case 12: an unknown version or suite is refused, and so is a suite lowered."""

from pathlib import Path

import pytest

from nexcred.errors import Damaged, MadeByNewer
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.slot import describe_slot
from tests.support.sample_vault import add
from tests.support.vault_file import assert_tampered, make_file, open_file, query, read_all, run_sql

HEAD = "SELECT generation, sealed FROM head ORDER BY generation DESC LIMIT 1"


@pytest.mark.parametrize("front", [b"NXH0\1", b"NXH2\1", b"NXR1\1", b"NXH1\0", b"NXH1\2", b"NXH1\xff"])
def test_case_12_a_head_of_another_version_or_suite(tmp_path: Path, front: bytes) -> None:
    path = tmp_path / "vault.db"
    vault = make_file(path)
    ((generation, sealed),) = query(path, HEAD)
    run_sql(path, "UPDATE head SET sealed = ? WHERE generation = ?", front + sealed[5:], generation)
    before = path.read_bytes()
    assert_tampered(lambda: open_file(path, vault.identity), lambda: add(vault, "new"))
    assert path.read_bytes() == before


@pytest.mark.parametrize("front", [b"NXR0\1", b"NXR2\1", b"NXH1\1", b"NXR1\0", b"NXR1\2"])
def test_case_12_a_record_of_another_version_or_suite(tmp_path: Path, front: bytes) -> None:
    path = tmp_path / "vault.db"
    identity = make_file(path).identity
    for digest, sealed in query(path, "SELECT digest, sealed FROM item"):
        run_sql(path, "UPDATE item SET sealed = ? WHERE digest = ?", front + sealed[5:], digest)
    assert_tampered(lambda: read_all(path, identity))


@pytest.mark.parametrize("front", [b"NXS0\1", b"NXS2\1", b"NXS1\0", b"NXS1\2"])
def test_case_12_a_slot_of_another_version_or_suite(front: bytes) -> None:
    assert_tampered(lambda: describe_slot(front + b"\1" + bytes(200)))


@pytest.mark.parametrize(("pragma", "refusal"), [("user_version=0", Damaged), ("user_version=2", MadeByNewer)])
def test_case_12_a_file_of_another_layout(tmp_path: Path, pragma: str, refusal: type[Damaged]) -> None:
    path = tmp_path / "vault.db"
    make_file(path)
    run_sql(path, f"PRAGMA {pragma}")
    with pytest.raises(refusal), SqliteStore(path).read():
        pass
