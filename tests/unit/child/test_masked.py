"""A command of the user's that runs unwatched shows no secret, and ends in time with what it started."""

import os
import sys
from pathlib import Path

import pytest

from nexcred.child.masked import run_masked

SECRET = b"pushed-EXAMPLE-key"


def run(code: str, tmp_path: Path, deadline_s: float = 60) -> tuple[str, bytes]:
    written = bytearray()
    environment = {**os.environ, "KEY": SECRET.decode()}
    command = [sys.executable, "-c", code]
    failed = run_masked(command, environment, tmp_path, [SECRET], written.extend, deadline_s=deadline_s)
    return failed, bytes(written)


def test_what_it_writes_to_either_stream_has_dots_for_secrets(tmp_path: Path) -> None:
    code = "import os, sys; print('a', os.environ['KEY'], flush=True); print('b', os.environ['KEY'], file=sys.stderr)"
    assert run(code, tmp_path) == ("", "a ••••\nb ••••\n".encode())


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; sys.exit(7)", "it ended with 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "it was ended by SIGTERM"),
        ("import sys; sys.exit(3 if sys.stdin.read() == '' and not sys.stdin.isatty() else 0)", "it ended with 3"),
    ],
)
def test_why_it_failed(tmp_path: Path, code: str, why: str) -> None:
    assert run(code, tmp_path)[0] == why


def test_what_never_ends_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "held")
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    sleeps = "subprocess.run([sys.executable, '-c', 'import time; time.sleep(3600)'], stdout=open('held', 'wb'))"
    failed, _ = run(f"import subprocess, sys; {sleeps}", tmp_path, deadline_s=2)
    assert failed == "it did not end within 2 s"
    os.set_blocking(held, True)
    assert os.read(held, 1) == b"", "comes when nobody holds the other end"
    os.close(held)
