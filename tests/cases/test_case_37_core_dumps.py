"""Case 37: a process that holds secrets leaves no core dump."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import Program


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which Linux has")
def test_case_37_a_crash_while_a_secret_is_held_dumps_no_memory(tmp_path: Path) -> None:
    nexcred = Program(tmp_path)
    passphrase = tmp_path / "passphrase"
    os.mkfifo(passphrase, 0o600)
    with subprocess.Popen(
        ["sh", "-c", 'ulimit -c "$(ulimit -H -c)"; exec "$@"', "sh", *nexcred.command("vault", "init")],
        env={**nexcred.environment, "NEXCRED_PASSPHRASE_FILE": str(passphrase)},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            with passphrase.open("wb"):  # opens when the program reads it, and keeps it waiting there
                limits = Path(f"/proc/{process.pid}/limits").read_text()
                process.send_signal(signal.SIGSEGV)
                process.wait(timeout=30)
        finally:
            process.kill()
    assert next(line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core file")) == ["0", "0"]
    assert process.returncode == -signal.SIGSEGV
    assert not [path.name for path in tmp_path.iterdir() if "core" in path.name]
