"""A vault in a real GNOME Keyring, by the real program."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nexcred.stores.keyring.store import KeyringStore
from nexcred.vault.vault import Vault
from tests.live.gnome import Desktop
from tests.support.keyring_backend import real_keyring
from tests.support.program import Program
from tests.support.remembering import seen
from tests.support.sample_vault import add, open_new
from tests.support.vault_file import proved

PASSPHRASE = "correct horse EXAMPLE staple"
SECRET = "canary-EXAMPLE"
ADD_MANY = """
import sys
from pathlib import Path
from nexcred.stores.keyring.store import KeyringStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.keyring_backend import real_keyring
from tests.support.sample_vault import add
store = KeyringStore("", real_keyring, Path(sys.argv[1]), lock_timeout_s=90)
vault = Vault(store, Identity.parse(sys.argv[2]))
for number in range(int(sys.argv[4])):
    add(vault, f"{sys.argv[3]} {number}", "EXAMPLE" * 500)
    print(number, flush=True)
"""


@pytest.fixture
def program(gnome: Desktop, tmp_path: Path) -> Program:
    bus = gnome.environment["DBUS_SESSION_BUS_ADDRESS"]
    given = {"NEXCRED_VAULT": "keyring:", "NEXCRED_PASSPHRASE": PASSPHRASE, "NEXCRED_NO_INPUT": "1"}
    return Program(tmp_path, DBUS_SESSION_BUS_ADDRESS=bus, **given)


def _store(folder: Path) -> KeyringStore:
    return KeyringStore("", real_keyring, folder)


def _start(vault: Vault, folder: Path, name: str, count: int) -> "subprocess.Popen[str]":
    arguments = [str(folder), vault.identity.secret_string, name, str(count)]
    return subprocess.Popen(
        [sys.executable, "-c", ADD_MANY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_the_program_keeps_everything_in_the_keyring(program: Program, gnome: Desktop) -> None:
    missing = program("list")
    assert (missing.code, missing.out) == (3, "")
    assert "no vault at keyring:" in missing.err
    assert program("vault", "init").code == 0
    added = program("add", "resci", "--set", "api_key=-", "--no-probe", stdin=SECRET.encode())
    assert added.code == 0, added.err
    assert program("get", "resci/api_key").out == SECRET
    assert [entry["name"] for entry in json.loads(program("list", "--json").out)] == ["resci"]
    assert json.loads(program("vault", "status", "--json").out)["location"] == "keyring:"
    assert program("vault", "verify").code == 0
    assert not list(program.home.rglob("vault.db"))
    held = [file.read_bytes() for folder in (program.home, Path(gnome.environment["HOME"])) for file in _files(folder)]
    assert held
    assert not any(SECRET.encode() in content for content in held)


def test_case_39_a_locked_keyring_is_named(program: Program, gnome: Desktop) -> None:
    assert program("vault", "init").code == 0
    gnome.lock()
    for command in (("list",), ("vault", "status"), ("get", "x/y")):
        ran = program(*command)
        assert (ran.code, ran.out) == (6, "")
        assert "the keyring is locked" in ran.err


def test_case_38_without_a_keyring_the_vault_cannot_be_reached(program: Program, tmp_path: Path) -> None:
    for environment in (
        {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none"},
        {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    ):
        ran = program("vault", "init", environment=environment)
        assert (ran.code, ran.out) == (1, "")
        assert "cannot be reached" in ran.err
    empty = program("list", environment={"PYTHON_KEYRING_BACKEND": ""})
    assert empty.code == 3


def test_case_25_processes_that_write_at_once_lose_nothing(gnome: Desktop, tmp_path: Path) -> None:
    vault = open_new(_store(tmp_path))
    for process in [_start(vault, tmp_path, f"writer {n}", 4) for n in range(4)]:
        _, errors = process.communicate(timeout=100)
        assert (process.returncode, errors) == (0, "")
    assert len(Vault(_store(tmp_path), vault.identity, memory=seen(vault.anchor)).names()) == 16


def test_case_22_a_killed_writer_leaves_what_it_acknowledged(gnome: Desktop, tmp_path: Path) -> None:
    vault = open_new(_store(tmp_path))
    acknowledged = 0
    for attempt in range(8):
        process = _start(vault, tmp_path, f"attempt {attempt}", 100)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(attempt % 3)]
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate(timeout=60)
        acknowledged += len(lines) + len(out.splitlines())
        names = Vault(_store(tmp_path), vault.identity, memory=seen(vault.anchor)).names()
        assert acknowledged <= len(names) <= acknowledged + attempt + 1
    add(vault, "after all")
    assert proved(vault).credentials == len(vault.names())


def test_a_vault_of_nearly_256_kib_is_kept(gnome: Desktop, tmp_path: Path) -> None:
    vault = open_new(_store(tmp_path))
    created = add(vault, "large", "x" * 200_000)
    again = Vault(_store(tmp_path), vault.identity, memory=seen(vault.anchor))
    assert str(again.details(created).fields["api_key"]) == str(vault.details(created).fields["api_key"])
    assert proved(again).opened == 1


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
