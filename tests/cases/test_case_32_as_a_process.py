"""Case 32 with the real program: the vault is a FIFO, a folder, /dev/zero, a socket or a dangling link."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import Program

COMMANDS = (
    ("list",),
    ("get", "x/y"),
    ("vault", "status"),
    ("vault", "verify"),
    ("vault", "init"),
    ("add", "resci", "--set", "api_key=env:HELD", "--no-probe"),
)


def dangling_link(path: Path) -> None:
    path.symlink_to("elsewhere")


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


@pytest.fixture
def nexcred(tmp_path: Path) -> Program:
    return Program(tmp_path, HELD="EXAMPLE", NEXCRED_PASSPHRASE="passphrase of EXAMPLE")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("plant", [os.mkfifo, Path.mkdir, bound_socket, dangling_link, link_to_a_device])
def test_case_32_what_is_no_file_is_refused_at_once_and_left_alone(
    nexcred: Program, monkeypatch: pytest.MonkeyPatch, plant: Callable[[Path], object], command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(nexcred.home)
    path = nexcred.home / "vault.db"
    plant(path)
    kind = path.lstat().st_mode
    ran = nexcred("--vault", "vault.db", *command)
    assert (ran.code, ran.out) == (1, "")
    assert "not a plain file" in ran.err
    assert "Traceback" not in ran.err
    assert path.lstat().st_mode == kind
    assert not (nexcred.home / "elsewhere").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_case_32_a_device_is_refused_at_once(nexcred: Program, command: tuple[str, ...]) -> None:
    ran = nexcred("--vault", "/dev/zero", *command)
    assert (ran.code, ran.out) == (1, "")
    assert "a device, not a plain file" in ran.err
