"""Faults of the system, injected into a real process by strace: a kill or an error at the n-th call on some paths."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import nexcred

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is missing: apt install strace")
ROOT = Path(nexcred.__file__).parents[1]


def run_with_fault(
    script: str, arguments: Sequence[str], *, syscall: str, when: int, fault: str, paths: Sequence[Path]
) -> subprocess.CompletedProcess[str]:
    """Run a Python script; `fault` is `signal=SIGKILL` or `error=EIO`. Only calls on these paths count."""
    traced = [part for path in paths for part in ("-P", str(path))]
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={syscall}", *traced]
    command += ["-e", f"inject={syscall}:{fault}:when={when}", sys.executable, "-c", script, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


def vault_paths(vault: Path) -> list[Path]:
    """All that SQLite touches to write a vault: the file, its journal, and their folder, which it syncs."""
    return [vault, vault.with_name(vault.name + "-journal"), vault.parent]
