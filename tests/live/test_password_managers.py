"""`import` takes what the real programs keep: pass with gpg, KeePassXC, OpenBao."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.live.daemon import free_port, running, throw_away_folder
from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

ENTRIES = {
    "work/db": "p-EXAMPLE\nuser: ada\nurl: https://db.example\notpauth://totp/x?secret=EXAMPLE\na note\n",
    "work/key": "-----BEGIN EXAMPLE KEY-----\nAAAA\n-----END EXAMPLE KEY-----\n",
    "mail": " p w EXAMPLE \n",
}


def run(*command: str, environment: Mapping[str, str], stdin: str = "") -> str:
    done = subprocess.run(command, env=dict(environment), input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


@pytest.fixture
def store() -> Iterator[dict[str, str]]:
    """Yield the environment of a person with a key of gpg and a store of pass."""
    with throw_away_folder() as folder:  # short, as gpg's sockets need it
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GNUPGHOME": str(folder / "g"),
            "LANG": "C.UTF-8",
        }
        (folder / "g").mkdir(mode=0o700)
        made = ("gpg", "--batch", "--passphrase", "", "--quick-gen-key", "ada@example.com", "default", "default")
        run(*made, environment=environment)
        run("pass", "init", "ada@example.com", environment=environment)
        for name, text in ENTRIES.items():
            run("pass", "insert", "--multiline", name, environment=environment, stdin=text)
        yield environment
        run("gpgconf", "--kill", "all", environment=environment)


def test_a_store_of_pass(vaulted: Program, store: dict[str, str]) -> None:
    place = f"{store['HOME']}/.password-store"
    keys = {"GNUPGHOME": store["GNUPGHOME"]}
    before = sorted((path, path.read_bytes()) for path in Path(place).rglob("*.gpg"))
    done = vaulted("import", "pass", place, "--yes", environment=keys)
    assert done.code == 0, done.err
    assert "EXAMPLE" not in done.out + done.err
    shown = json.loads(vaulted("show", "work_db", "--reveal", "--json").out)
    assert shown["credentials"] == {
        "password": "p-EXAMPLE",
        "user": "ada",
        "url": "https://db.example",
        "totp": "otpauth://totp/x?secret=EXAMPLE",
        "notes": "a note",
    }
    assert vaulted("get", "work_key/content").out == ENTRIES["work/key"]
    assert vaulted("get", "mail/password").out == " p w EXAMPLE "
    assert sorted((path, path.read_bytes()) for path in Path(place).rglob("*.gpg")) == before
    again = vaulted("import", "pass", place, "--yes", "--json", environment=keys)
    assert {one["outcome"] for one in json.loads(again.out)} == {"identical"}


def test_a_part_of_a_store_of_pass(vaulted: Program, store: dict[str, str]) -> None:
    named = {"GNUPGHOME": store["GNUPGHOME"], "PASSWORD_STORE_DIR": f"{store['HOME']}/.password-store"}
    done = vaulted("import", "pass", "--only", "work/*", "--yes", "--json", environment=named)
    assert done.code == 0, done.err
    assert sorted(one["name"] for one in json.loads(done.out)) == ["work_db", "work_key"]


def test_a_store_whose_key_is_not_there_imports_nothing(vaulted: Program, store: dict[str, str]) -> None:
    empty = Path(store["HOME"]) / "e"
    empty.mkdir(mode=0o700)
    done = vaulted("import", "pass", f"{store['HOME']}/.password-store", "--yes", environment={"GNUPGHOME": str(empty)})
    assert done.code == 1
    assert "pass shows none of the first 3 secrets" in done.err
    assert vaulted("list", "--json").out.strip() == "[]"


def keepassxc(*arguments: str, stdin: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
    run("keepassxc-cli", *arguments, environment=environment, stdin=stdin)


def test_a_database_of_keepassxc(vaulted: Program, tmp_path: Path) -> None:
    database, attached, passphrase = str(tmp_path / "a.kdbx"), tmp_path / "key.bin", tmp_path / "passphrase"
    attached.write_bytes(b"\x00\xffEXAMPLE")
    passphrase.write_text("correct horse\n")
    passphrase.chmod(0o600)
    keepassxc("db-create", "-q", "-p", "-t", "100", database, stdin="correct horse\ncorrect horse\n")
    keepassxc("mkdir", "-q", database, "Work", stdin="correct horse\n")
    added = ("-u", "ada", "--url", "https://portal.example", "--notes", "a note", "-p", "Work/Portal")
    keepassxc("add", "-q", database, *added, stdin="correct horse\np\u00e4ss & <EXAMPLE>\n")
    keepassxc("attachment-import", "-q", database, "Work/Portal", "key.bin", str(attached), stdin="correct horse\n")
    keepassxc("add", "-q", database, "Gone", stdin="correct horse\n")
    keepassxc("rm", "-q", database, "Gone", stdin="correct horse\n")
    done = vaulted("import", "keepass", database, "--passphrase-file", str(passphrase), "--yes")
    assert done.code == 0, done.err
    assert "left out: 1 in the database's recycle bin" in done.err
    assert "EXAMPLE" not in done.out + done.err
    assert vaulted("get", "Portal/password").out == "p\u00e4ss & <EXAMPLE>"
    assert vaulted("get", "Portal/notes").out == "a note"
    assert vaulted.run_bytes("get", "Portal/key.bin").stdout == b"\x00\xffEXAMPLE"
    passphrase.write_text("wrong\n")
    wrong = vaulted("import", "keepass", database, "--passphrase-file", str(passphrase), "--yes")
    assert wrong.code == 6
    assert "not the passphrase of the database" in wrong.err


def test_a_database_of_keepassxc_behind_a_key_file(vaulted: Program, tmp_path: Path) -> None:
    database, key, passphrase = str(tmp_path / "a.kdbx"), str(tmp_path / "a.keyx"), tmp_path / "passphrase"
    keepassxc("db-create", "-q", "-p", "-k", key, "-t", "100", database, stdin="correct horse\ncorrect horse\n")
    keepassxc("add", "-q", database, "-k", key, "-p", "Portal", stdin="correct horse\np-EXAMPLE\n")
    passphrase.write_text("correct horse\n")
    passphrase.chmod(0o600)
    given = ("--passphrase-file", str(passphrase), "--key-file", key, "--yes")
    done = vaulted("import", "keepass", database, *given)
    assert done.code == 0, done.err
    assert vaulted("get", "Portal/password").out == "p-EXAMPLE"


def test_a_table_of_keepassxc(vaulted: Program, tmp_path: Path) -> None:
    database = str(tmp_path / "a.kdbx")
    keepassxc("db-create", "-q", "-p", "-t", "100", database, stdin="correct horse\ncorrect horse\n")
    keepassxc("add", "-q", database, "-u", "ada", "-p", "Portal", stdin='correct horse\np "w", EXAMPLE\n')
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
    table = run(
        "keepassxc-cli", "export", "-q", "-f", "csv", database, environment=environment, stdin="correct horse\n"
    )
    done = vaulted("import", "csv", "-", "--yes", stdin=table.encode())
    assert done.code == 0, done.err
    assert vaulted("get", "Portal/password").out == 'p "w", EXAMPLE'


@pytest.fixture
def bao() -> Iterator[dict[str, str]]:
    """Yield the environment of a person with secrets in a server of OpenBao's."""
    program, port = Path(sys.executable).with_name("bao"), free_port()
    with throw_away_folder() as folder:
        environment = {"BAO_ADDR": f"http://127.0.0.1:{port}", "BAO_TOKEN": "root-EXAMPLE", "HOME": str(folder)}
        served = (program, "server", "-dev", "-dev-root-token-id=root-EXAMPLE", f"-dev-listen-address=127.0.0.1:{port}")
        with running(served, folder, port, as_is=True):
            here = {**environment, "PATH": f"{program.parent}:{os.environ['PATH']}"}
            run("bao", "kv", "put", "secret/app/db", "user=ada", "password=p-EXAMPLE", environment=here)
            run("bao", "kv", "put", "secret/top", "key=k-EXAMPLE", environment=here)
            run("bao", "kv", "put", "secret/gone", "key=g-EXAMPLE", environment=here)
            run("bao", "kv", "delete", "secret/gone", environment=here)
            yield {name: value for name, value in here.items() if name != "HOME"}


def test_secrets_of_openbao(vaulted: Program, bao: dict[str, str]) -> None:
    done = vaulted("import", "openbao", "secret", "--yes", environment=bao)
    assert done.code == 0, done.err
    assert "left out, since they are deleted: secret/gone" in done.err
    assert vaulted("get", "secret_app_db/password").out == "p-EXAMPLE"
    assert vaulted("get", "secret_top/key").out == "k-EXAMPLE"
