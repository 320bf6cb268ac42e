"""`nexcred serve` as a process, from the line with its URL to its end."""

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.support.program import Program, Ran

_PATIENCE_S = 60


class ServedProgram:
    """A service that runs. `url` is what it printed first."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def end(self, by: int = signal.SIGTERM) -> Ran:
        """Send the signal, and return what the service left behind."""
        self.process.send_signal(by)
        return self.ended()

    def ended(self) -> Ran:
        """Wait for its end."""
        out, err = self.process.communicate(timeout=_PATIENCE_S)
        return Ran(self.process.returncode, out, err)


@contextmanager
def served(program: Program, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[ServedProgram]:
    """Run `nexcred serve` while inside, on a port that is free unless the arguments say where."""
    where = arguments if {"--port", "--socket", "--listen"} & {*arguments} else ("--port", "0", *arguments)
    process = subprocess.Popen(
        program.command("serve", *where),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**program.environment, **(environment or {})},
        cwd=program.home,
    )
    assert process.stdout is not None
    try:
        yield ServedProgram(process, process.stdout.readline().strip())
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=_PATIENCE_S)
