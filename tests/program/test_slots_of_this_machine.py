"""A vault where others can read it holds no slots: a passphrase opens it on the machine where it was set."""

import json
from pathlib import Path

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from tests.support.opened import Opened
from tests.support.people import KEY, id_of_vault, keep
from tests.support.shared_store import SharedProgram

PASSPHRASE, OTHER = "four random words EXAMPLE", "other random words EXAMPLE"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "bucket.db"


def machine(tmp_path: Path, name: str, place: Path, **unlocking: str) -> SharedProgram:
    return SharedProgram(tmp_path / name, NEXCRED_VAULT=f"shared:{place}", NEXCRED_NO_INPUT="1", **unlocking)


@pytest.fixture
def ada(tmp_path: Path, place: Path) -> SharedProgram:
    (tmp_path / "ada").mkdir()
    ada = machine(tmp_path, "ada", place, NEXCRED_PASSPHRASE=PASSPHRASE)
    made = ada("vault", "init")
    assert made.code == 0, made.err
    return ada


def slots_in(place: Path) -> tuple[bytes, ...]:
    with SqliteStore(place).read() as snapshot:
        return snapshot.slots()


def slot_file(program: Opened) -> Path:
    return program.home / ".local/share/nexcred/slots" / f"{id_of_vault(program)}.json"


def test_the_passphrase_opens_it_here_and_the_place_has_nothing_to_guess_at(ada: SharedProgram, place: Path) -> None:
    keep(ada, "prod")
    assert ada("get", "prod/api_key").out == KEY.format("prod")
    assert slots_in(place) == ()
    file = slot_file(ada)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    wrong = ada("list", environment={"NEXCRED_PASSPHRASE": "wrong"})
    assert wrong.code == 6
    assert "does not open the vault" in wrong.err


def test_another_machine_needs_the_identity_and_sets_its_own(ada: SharedProgram, place: Path, tmp_path: Path) -> None:
    identity = ada("identity", "show", "--secret").out.strip()
    (tmp_path / "laptop").mkdir()
    refused = machine(tmp_path, "laptop", place, NEXCRED_PASSPHRASE=PASSPHRASE)("list")
    assert refused.code == 6
    assert "this vault has no passphrase on this machine" in refused.err
    by_identity = machine(tmp_path, "laptop", place, NEXCRED_IDENTITY=identity)
    new = tmp_path / "new.txt"
    new.write_text(OTHER)
    new.chmod(0o600)
    changed = by_identity("vault", "passphrase", "--new-passphrase-file", str(new), "--json")
    assert json.loads(changed.out) == {"replaced": False}
    assert machine(tmp_path, "laptop", place, NEXCRED_PASSPHRASE=OTHER)("list").code == 0
    assert ada("list").code == 0
    assert ada("list", environment={"NEXCRED_PASSPHRASE": OTHER}).code == 6
    assert slots_in(place) == ()


def test_status_says_where_it_lies(ada: SharedProgram) -> None:
    status = json.loads(ada("vault", "status", "--json").out)
    assert status["slots_on_this_machine"]
    assert [slot["kind"] for slot in status["slots"]] == ["passphrase"]
    shown = ada("vault", "status").out
    assert "of Argon2id, on this machine" in shown


def test_a_recovery_key_opens_it_here(ada: SharedProgram, place: Path) -> None:
    made = ada("vault", "recovery")
    assert made.code == 0, made.err
    assert "on this machine, and on no other" in made.err
    new = ada.home / "new.txt"
    new.write_text(OTHER)
    new.chmod(0o600)
    used = ada("vault", "recovery", "--use", "--new-passphrase-file", "new.txt", stdin=made.out.encode())
    assert used.code == 0, used.err
    assert ada("list", environment={"NEXCRED_PASSPHRASE": OTHER}).code == 0
    assert ada("list").code == 6
    assert slots_in(place) == ()


def test_new_keys_bring_a_new_slot(ada: SharedProgram, place: Path) -> None:
    keep(ada, "prod")
    old = slot_file(ada).read_bytes()
    new = ada.home / "new.txt"
    new.write_text(OTHER)
    new.chmod(0o600)
    done = ada("vault", "rekey", "--new-passphrase-file", "new.txt")
    assert done.code == 0, done.err
    assert ada("get", "prod/api_key", environment={"NEXCRED_PASSPHRASE": OTHER}).out == KEY.format("prod")
    assert ada("list").code == 6
    assert slots_in(place) == ()
    assert len(slot_file(ada).read_bytes()) == len(old)


def test_people_at_one_machine_keep_each_their_own(ada: SharedProgram, place: Path) -> None:
    keep(ada, "prod")
    secret = ada("identity", "new", "bob", "--role", "member").out.strip()
    new = ada.home / "new.txt"
    new.write_text(OTHER)
    new.chmod(0o600)
    bob = SharedProgram(ada.home, NEXCRED_VAULT=f"shared:{place}", NEXCRED_NO_INPUT="1", NEXCRED_IDENTITY=secret)
    assert bob("vault", "passphrase", "--new-passphrase-file", "new.txt").code == 0
    assert ada("get", "prod/api_key").out == KEY.format("prod")
    as_bob = ada("identity", "show", "--json", environment={"NEXCRED_PASSPHRASE": OTHER})
    assert json.loads(as_bob.out)["full_name"] == "bob"


DAMAGED = (b"{}", b"[]", b"\xff", b'{"version": 1, "slots": ["zz"]}')


def test_a_damaged_file_is_told_and_mended(ada: SharedProgram) -> None:
    identity = ada("identity", "show", "--secret").out.strip()
    file = slot_file(ada)
    for data in DAMAGED:
        file.write_bytes(data)
        ran = ada("list")
        assert ran.code == 9, data
        assert "this machine's passphrase slot, is damaged" in ran.err
        assert f"rm '{file}'" in ran.err
    by_identity = {"NEXCRED_IDENTITY": identity}
    assert ada("list", environment=by_identity).code == 0
    file.unlink()
    new = ada.home / "new.txt"
    new.write_text(OTHER)
    new.chmod(0o600)
    assert ada("vault", "passphrase", "--new-passphrase-file", "new.txt", environment=by_identity).code == 0
    assert ada("list", environment={"NEXCRED_PASSPHRASE": OTHER}).code == 0


def test_a_slot_of_another_vault_opens_nothing(ada: SharedProgram, tmp_path: Path) -> None:
    (tmp_path / "eve").mkdir()
    eve = machine(tmp_path, "eve", tmp_path / "eves.db", NEXCRED_PASSPHRASE=PASSPHRASE)
    assert eve("vault", "init").code == 0
    slot_file(ada).write_bytes(slot_file(eve).read_bytes())
    ran = ada("list")
    assert (ran.code, ran.out) == (9, "")


def test_a_file_backup_is_restored_to_a_shared_place_without_its_slots(
    ada: SharedProgram, place: Path, tmp_path: Path
) -> None:
    keep(ada, "prod")
    identity = ada("identity", "show", "--secret").out.strip()
    assert ada("vault", "backup", "backup.db").code == 0
    place.unlink()
    by_identity = {"NEXCRED_IDENTITY": identity}
    restored = ada("vault", "restore-backup", "backup.db", "--yes", environment=by_identity)
    assert restored.code == 0, restored.err
    assert slots_in(place) == ()
    assert ada("get", "prod/api_key").out == KEY.format("prod")
