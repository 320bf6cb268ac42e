"""Real ways to a repository: sshd, and git's own http-backend behind TLS and a password."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.live.daemon import free_port, running
from tests.support.git_repository import bare_repository, git
from tests.support.program import Program
from tests.support.standins.authority import Authority
from tests.support.standins.git import GitServer

_SSHD = "/usr/sbin/sshd"


class SshHost:
    """An sshd on loopback that lets one key in, and the words that ssh needs to reach it as `vault-host`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._running = ExitStack()
        for name in ("host_key", "key", "other_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        shutil.copy(folder / "key.pub", folder / "authorized_keys")
        host_key = (folder / "host_key.pub").read_text()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host_key}")
        (folder / "ssh_config").write_text(
            f"Host vault-host 127.0.0.1\n  HostName 127.0.0.1\n  Port {self.port}\n  IdentityFile {folder}/key\n"
            f"  IdentitiesOnly yes\n  BatchMode yes\n  UserKnownHostsFile {folder}/known_hosts\n"
            "  StrictHostKeyChecking yes\n  GlobalKnownHostsFile none\n"
        )
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1:{self.port}\nHostKey {folder}/host_key\nPidFile none\nStrictModes no\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nUsePAM no\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        )

    def start(self) -> None:
        command: list[str | Path] = [_SSHD, "-D", "-e", "-f", self.folder / "sshd_config"]
        self._running.enter_context(running(command, self.folder, self.port, as_is=True))

    def stop(self) -> None:
        """End it, and nobody is answered from now on."""
        self._running.close()

    @property
    def command(self) -> str:
        return f"ssh -F {self.folder}/ssh_config"

    @property
    def address(self) -> str:
        return f"git+ssh://{getpass.getuser()}@127.0.0.1:{self.port}{self.folder}/vault.git"

    @property
    def short_address(self) -> str:
        return f"{getpass.getuser()}@vault-host:{self.folder}/vault.git"


@pytest.fixture
def ssh_host(tmp_path: Path) -> Iterator[SshHost]:
    if not Path(_SSHD).exists():
        pytest.skip("needs sshd: apt-get install openssh-server")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    bare_repository(folder)
    host = SshHost(folder)
    host.start()
    try:
        yield host
    finally:
        host.stop()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def https_host(tmp_path: Path, authority: Authority) -> Iterator[GitServer]:
    folder = tmp_path / "https"
    folder.mkdir()
    git("config", "http.receivepack", "true", folder=bare_repository(folder))
    with GitServer(folder, tls=authority.server_context()) as server:
        yield server


def at_home(folder: Path, name: str, address: str, **environment: str) -> Program:
    """Return somebody with a home and an identity of the same name, for a vault at an address."""
    home = folder / name
    home.mkdir(exist_ok=True)
    return Program(home, NEXCRED_VAULT=address, NEXCRED_NO_INPUT="1", **environment)


def with_helper(program: Program, helper: str) -> Program:
    """Let git ask this for passwords, as the user has set it."""
    (program.home / ".gitconfig").write_text(f'[credential]\n\thelper = "{helper}"\n')
    return program


def answering(password: str) -> str:
    """Return a credential helper that knows one password."""
    return f"!echo username={GitServer.username}; echo password={password}; true"
