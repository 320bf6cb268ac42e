"""A server that runs for a while in a throw-away folder, as a user who is not root."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PATIENCE_S = 60


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """Yield a folder that `run_as` owns: a short path, since sockets take only some hundred bytes."""
    folder = Path(tempfile.mkdtemp(prefix="nx-"))
    try:
        give_away(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_away(path: Path) -> None:
    """Hand a file or folder to the user who runs servers."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def run(command: Sequence[str | Path], folder: Path, *, stdin: str = "") -> None:
    """Run a program of the server's to its end."""
    done = subprocess.run(
        command, cwd=folder, input=stdin, text=True, capture_output=True, timeout=120, check=False, **_identity()
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(command: Sequence[str | Path], folder: Path, port: int, *, as_is: bool = False) -> Iterator[None]:
    """Run a server until it listens, and end it afterwards; `as_is` for one that takes any user, and our Python."""
    log = folder / "log"
    with log.open("wb") as output:
        identity = {} if as_is else _identity()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, **identity)
    with process:
        try:
            _await(process, port, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(command: Sequence[str | Path]) -> None:
    """Ask until the command says yes: a server may listen before it is ready."""
    ends_at = time.monotonic() + _PATIENCE_S
    while subprocess.run(command, capture_output=True, check=False).returncode != 0:
        assert time.monotonic() < ends_at, f"never ready: {command}"
        time.sleep(0.05)


def _identity() -> dict[str, Any]:
    """Servers refuse to run as root, as which containers run tests."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends_at = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends_at and process.poll() is None:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))
