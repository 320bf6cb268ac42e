"""One server for each process of the test suite, started when it is first needed."""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.support.warm.launcher import LANG, is_plain

_LAUNCHER = Path(__file__).with_name("launcher.py")


def may_be_forked(environment: Mapping[str, str]) -> bool:
    """True when the environment has nothing that only a true start heeds, and starts are not to be cold."""
    return not _starts_are_cold() and is_plain(environment)


@cache
def programs() -> Path:
    """Return a folder with a `nexcred` for shells, to be put on their PATH; signals that reach it are passed on."""
    program = _folder() / "bin" / "nexcred"
    program.parent.mkdir()
    warm = f'"{sys.executable}" -I -S "{_LAUNCHER}" "{sys.executable}"'
    starting = f'"{sys.executable}" -m nexcred' if _starts_are_cold() else f'{warm} "{server()}"'
    program.write_text(f'#!/bin/sh\nexec {starting} "$@"\n')
    program.chmod(0o755)
    return program.parent


def _starts_are_cold() -> bool:
    return bool(os.environ.get("TESTS_START_COLD"))


@cache
def _folder() -> Path:
    """Return a folder that ends with this process."""
    folder = tempfile.TemporaryDirectory(prefix="nexcred-warm-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def server() -> Path:
    """Return the socket of the server; it ends with this process."""
    path = _folder() / "s"
    lifeline, ours = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.warm.server", str(path), str(lifeline)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "LANG": LANG},
        cwd=Path(__file__).parents[3],
        pass_fds=(lifeline,),
    )
    os.close(lifeline)
    atexit.register(process.wait)
    atexit.register(os.close, ours)  # called before the wait above, in the reverse order
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"ready\n"
    return path
