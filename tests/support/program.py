"""Run the real program as a process, in a home of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support.warm.run import run
from tests.support.warm.start import may_be_forked

_PATIENCE_S = 60


class Ran(NamedTuple):
    """What a run left behind."""

    code: int
    out: str
    err: str


class Program:
    """`nexcred` with an empty home and nothing of the caller's environment but its PATH."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            **environment,
        }

    def __call__(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> Ran:
        done = self.run_bytes(*arguments, stdin=stdin, environment=environment)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def run_bytes(
        self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end: forked from a warm one where that makes no difference, else started."""
        variables = {**self.environment, **(environment or {})}
        if may_be_forked(variables):
            return run(arguments, stdin=stdin, environment=variables, folder=self.home, timeout_s=_PATIENCE_S)
        return subprocess.run(
            self.command(*arguments),
            input=stdin,
            capture_output=True,
            env=variables,
            cwd=self.home,
            timeout=_PATIENCE_S,
            check=False,
        )

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "nexcred", *arguments]
