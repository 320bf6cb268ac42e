"""Where nexcred is put: the layouts and users of containers and of sudo, made with namespaces of Linux."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.made_values import service_account
from tests.support.opened import Opened
from tests.support.people import keep

# As kubelet lays a ConfigMap or Secret out: a folder of the moment, a link to it, a link for each file, all read-only.
_KUBELET = """
mount -t tmpfs -o mode=1777 volume "$VOLUME"
mkdir -m 755 "$VOLUME/..2026_01_15_09_00_00.1"
cp "$VAULT" "$VOLUME/..2026_01_15_09_00_00.1/nexcred.db"
printf %s "$IDENTITY" > "$VOLUME/..2026_01_15_09_00_00.1/identity"
chmod 644 "$VOLUME"/..2026*/*
ln -s ..2026_01_15_09_00_00.1 "$VOLUME/..data"
ln -s ..data/nexcred.db ..data/identity "$VOLUME"
mount -o remount,ro "$VOLUME"
"""
# A machine on which nothing can be written, as with `docker run --read-only`.
_READ_ONLY = """
cd /proc
for folder in /tmp /var/tmp /dev/shm "$HOME"; do
  mount --bind "$folder" "$folder"; mount -o remount,bind,ro "$folder"
done
"""
_SOMEBODY = "exec unshare --user --map-user=12345 --map-group=12345 "

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def inside(opened: Opened) -> Run:
    """Run nexcred in namespaces of its own, which a script has prepared, as root or as a user whom nobody knows."""
    unshare = shutil.which("unshare")
    tried = unshare and subprocess.run([unshare, "-Urm", "true"], capture_output=True, check=False).returncode == 0
    if not tried:
        pytest.skip("needs unshare, and namespaces for every user: apt-get install util-linux")
    keep(opened, "held")

    def run(
        prepared: str, *words: str, as_user: str = "exec ", **given: str | None
    ) -> "subprocess.CompletedProcess[str]":
        environment: Mapping[str, str | None] = {**opened.environment, "TMPDIR": None, **given}
        return subprocess.run(
            ["unshare", "-Urm", "sh", "-euc", f'{prepared}\n{as_user}"$@"', "sh", *opened.command(*words)],
            env={name: value for name, value in environment.items() if value is not None},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def vault_of(opened: Opened) -> str:
    return str(opened.home / ".local/share/nexcred/vault.db")


@pytest.fixture
def mounted(opened: Opened, tmp_path: Path) -> dict[str, str | None]:
    """What the pod of the recipe is given, and what its volumes are made of."""
    volume = tmp_path / "volume"
    volume.mkdir()
    return {
        "HOME": str(tmp_path / "pod"),
        "VOLUME": str(volume),
        "VAULT": vault_of(opened),
        "IDENTITY": opened.environment["NEXCRED_IDENTITY"],
        "NEXCRED_IDENTITY": None,
        "NEXCRED_VAULT": f"{volume}/nexcred.db",
        "NEXCRED_IDENTITY_FILE": f"{volume}/identity",
    }


@pytest.mark.parametrize("as_user", ["exec ", _SOMEBODY], ids=["root", "12345"])
def test_a_pod_reads_vault_and_identity_from_its_volumes(
    inside: Run, mounted: dict[str, str | None], as_user: str
) -> None:
    """They are links: kubernetes#48255."""
    ran = inside(_KUBELET, "get", "held/api_key", as_user=as_user, **mounted)
    assert (ran.returncode, ran.stdout) == (0, "key-held-EXAMPLE"), ran.stderr
    ran = inside(_KUBELET, "run", "-c", "held", "--", "printenv", "RESCI_API_KEY", as_user=as_user, **mounted)
    assert (ran.returncode, ran.stdout) == (0, "key-held-EXAMPLE\n"), ran.stderr


def test_a_pod_writes_nothing_through_them(inside: Run, mounted: dict[str, str | None]) -> None:
    ran = inside(_KUBELET, "rename", "held", "other", **mounted)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "is a symbolic link, not a plain file" in ran.stderr


@pytest.mark.parametrize("home", [None, "", "somewhere"])
def test_a_user_without_a_home_reads_a_vault_that_is_named(opened: Opened, inside: Run, home: str | None) -> None:
    """As with `docker run --user 12345`: psf/black#2813."""
    ran = inside("", "get", "held/api_key", as_user=_SOMEBODY, HOME=home, NEXCRED_VAULT=vault_of(opened))
    assert (ran.returncode, ran.stdout) == (0, "key-held-EXAMPLE")
    assert "warning: there is no home folder: HOME is not set to one, so an older copy" in ran.stderr
    assert not Path("/.local").exists()


@pytest.mark.parametrize("home", [None, "", "somewhere"])
@pytest.mark.parametrize("words", [("list",), ("get", "held/api_key"), ("vault", "init"), ("add", "resci")])
def test_a_user_without_a_home_is_told_what_to_name(inside: Run, home: str | None, words: tuple[str, ...]) -> None:
    ran = inside("", *words, as_user=_SOMEBODY, HOME=home)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "there is no home folder" in ran.stderr
    assert "set HOME; or name a vault by NEXCRED_VAULT" in ran.stderr


def test_where_nothing_can_be_written_no_file_is_lent(opened: Opened, inside: Run) -> None:
    words = ("add", "gcs", "files", "--set", "service_account_key=env:HELD", "--no-probe")
    assert opened(*words, environment={"HELD": service_account()}).code == 0
    ran = inside(_READ_ONLY, "run", "-c", "files", "--", "true")
    assert (ran.returncode, ran.stdout) == (125, "")
    assert "there is no folder for the files that the command is handed" in ran.stderr
    assert "set TMPDIR or XDG_RUNTIME_DIR" in ran.stderr


def test_where_nothing_can_be_written_what_lends_no_file_runs(opened: Opened, inside: Run) -> None:
    for more in ((), ("--mask",)):
        ran = inside(_READ_ONLY, "run", "-c", "held", *more, "--", "sh", "-c", "echo ${#RESCI_API_KEY}")
        assert (ran.returncode, ran.stdout) == (0, f"{len('key-held-EXAMPLE')}\n"), ran.stderr


_USER = 12345


@pytest.fixture
def user_home(opened: Opened) -> Iterator[Path]:
    """The home of a user who is neither this one nor root, with a vault in it."""
    if os.geteuid() != 0:
        pytest.skip("needs root, as sudo does")
    folder = Path(tempfile.mkdtemp(prefix="nx-"))
    folder.chmod(0o755)
    shutil.copytree(opened.home, folder / "home")
    give_to(_USER, folder / "home")
    yield folder / "home"
    shutil.rmtree(folder)


def give_to(user: int, folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.lchown(path, user, user)


def as_user(opened: Opened, home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", *opened.command(*words)]
    return run_in(opened, home, command)


def run_in(opened: Opened, home: Path, command: list[str]) -> "subprocess.CompletedProcess[str]":
    environment = opened.environment | {"HOME": str(home), "HELD": "key-EXAMPLE"}
    return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=60, check=False)


def owners(folder: Path) -> set[int]:
    return {path.lstat().st_uid for path in (folder, *folder.rglob("*"))}


def test_what_root_writes_in_a_users_home_stays_the_users(opened: Opened, user_home: Path) -> None:
    """As with sudo, which may keep HOME: clifm#353."""
    add = opened.command("add", "resci", "root's", "--set", "api_key=env:HELD", "--no-probe")
    assert run_in(opened, user_home, add).returncode == 0
    assert run_in(opened, user_home, opened.command("get", "root's/api_key")).stdout == "key-EXAMPLE"
    assert owners(user_home) == {_USER}
    ran = as_user(opened, user_home, "add", "resci", "user's", "--set", "api_key=env:HELD", "--no-probe")
    told = "nexcred: warning: 'user's' holds the same secret as root's/api_key\n"
    assert (ran.returncode, ran.stderr) == (0, told)
    assert as_user(opened, user_home, "get", "root's/api_key").stdout == "key-EXAMPLE"


def test_what_root_makes_first_in_a_users_home_is_the_users(opened: Opened, user_home: Path) -> None:
    shutil.rmtree(user_home / ".local")
    init = [
        "env",
        "-u",
        "NEXCRED_IDENTITY",
        "NEXCRED_PASSPHRASE=passphrase of EXAMPLE",
        *opened.command("vault", "init"),
    ]
    assert run_in(opened, user_home, init).returncode == 0
    assert owners(user_home) == {_USER}


def test_a_file_that_is_not_the_users_is_told_with_what_helps(opened: Opened, user_home: Path) -> None:
    anchors = user_home / ".local/state/nexcred/anchors.json"
    os.lchown(anchors, 0, 0)
    ran = as_user(opened, user_home, "list")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert f"it belongs to another user; give it back with: sudo chown {_USER} '{anchors}'" in ran.stderr


def test_what_root_writes_where_everybody_may_is_nobodys_who_was_there_first(opened: Opened, user_home: Path) -> None:
    """Whoever puts an empty file where root is going to write, as in /tmp, is not given the secrets."""
    everybodys = user_home.parent / "tmp"
    everybodys.mkdir()
    everybodys.chmod(0o1777)
    waiting = everybodys / "secrets.json"
    waiting.touch()
    os.lchown(waiting, _USER, _USER)
    add = opened.command("add", "resci", "root's", "--set", "api_key=env:HELD", "--no-probe")
    assert run_in(opened, user_home, add).returncode == 0
    export = opened.command("export", "root's", "--format", "json", "-o", str(waiting))
    assert run_in(opened, user_home, export).returncode == 0
    assert "key-EXAMPLE" in waiting.read_text()
    assert (waiting.stat().st_uid, waiting.stat().st_mode & 0o777) == (0, 0o600)


def test_a_file_of_roots_is_not_given_away_by_another_name_of_it(opened: Opened, user_home: Path) -> None:
    """Where the system lets a user link to what is not his, his name for it is no file that root has made."""
    assert run_in(opened, user_home, opened.command("list")).returncode == 0
    roots = user_home.parent / "roots"
    roots.touch()
    empty = [path for path in user_home.rglob("*") if path.is_file() and not path.stat().st_size]
    assert empty  # which are locks
    for path in empty:
        path.unlink()
        path.hardlink_to(roots)
    add = opened.command("add", "resci", "root's", "--set", "api_key=env:HELD", "--no-probe")
    run_in(opened, user_home, add)
    assert roots.stat().st_uid == 0
    assert roots.stat().st_nlink == len(empty) + 1
