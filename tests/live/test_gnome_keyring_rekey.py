"""New keys and backups where a real GNOME Keyring holds the key, or the whole vault."""

from pathlib import Path

import pytest

from tests.live.gnome import Desktop
from tests.support.program import Program

SECRET = "canary-EXAMPLE"


@pytest.fixture
def program(gnome: Desktop, tmp_path: Path) -> Program:
    bus = gnome.environment["DBUS_SESSION_BUS_ADDRESS"]
    made = Program(tmp_path, DBUS_SESSION_BUS_ADDRESS=bus, NEXCRED_NO_INPUT="1")
    made.environment["NEXCRED_PASSPHRASE"] = "correct horse EXAMPLE staple"
    return made


def _keep(program: Program) -> None:
    assert program("vault", "init").code == 0
    added = program("add", "resci", "--set", "api_key=-", "--no-probe", stdin=SECRET.encode())
    assert added.code == 0, added.err


def test_new_keys_take_the_place_of_the_old_ones_in_the_keyring(program: Program) -> None:
    _keep(program)
    assert program("vault", "unlock", "--keyring").code == 0
    del program.environment["NEXCRED_PASSPHRASE"]
    done = program("vault", "rekey", "-o", "new.identity")
    assert done.code == 0, done.err
    assert "opens the vault from now on" in done.err
    read = program("get", "resci/api_key")
    assert (read.code, read.out) == (0, SECRET), read.err


def test_a_vault_in_the_keyring_is_copied_and_comes_back(program: Program) -> None:
    program.environment["NEXCRED_VAULT"] = "keyring:"
    _keep(program)
    made = program("vault", "backup", "b.db")
    assert made.code == 0, made.err
    assert program("get", "resci/api_key", "--vault", "b.db").out == SECRET
    assert program("remove", "resci", "--yes").code == 0
    back = program("vault", "restore-backup", "b.db", "--yes")
    assert back.code == 0, back.err
    assert program("get", "resci/api_key").out == SECRET
    assert [path.name for path in program.home.glob("b.db.replaced-*")]
    # In a keyring that never held it, too.
    other = {"NEXCRED_VAULT": "keyring:other"}
    assert program("vault", "restore-backup", "b.db", "--yes", environment=other).code == 0
    assert program("get", "resci/api_key", environment=other).out == SECRET
