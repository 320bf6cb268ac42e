"""A program run bare and under `nexcred run`, in each of its ways: what can be seen is to be the same."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.opened import Opened

SECRET = 's3cret/of+EXAMPLE "quoted" & it\'s $HOME?'
# Becoming the command, beside it with a file, and beside it with its output masked.
WAYS = {
    "become": ["-c", "events"],
    "with a file": ["-c", "events", "-c", "my"],
    "masked": ["-c", "events", "--mask"],
    "masked, with a file": ["-c", "events", "-c", "my", "--mask"],
}
BESIDE = {name: words for name, words in WAYS.items() if name != "become"}


class Handing(Opened):
    """A vault with `events`, which sets AVENTRI_API_KEY, and `my`, which lends a file in MYSQL_HOME."""

    def keep(self, name: str, secret: str) -> None:
        """Keep a secret that `--env VARIABLE=NAME/api_key` hands over."""
        values = ("--set", "account_id=4711", "--set", "api_key=env:HELD", "--no-probe")
        added = self("add", "aventri", name, *values, environment={"HELD": secret})
        assert added.code == 0, added.err

    def under(self, words: list[str], *command: str) -> list[str]:
        """Return the words that run a command in one of the ways."""
        return self.command("run", *words, "--", *command)

    @contextmanager
    def started(self, *command: str, **more: object) -> Iterator["subprocess.Popen[bytes]"]:
        """Start a process in the home; kill it in the end if it still runs."""
        process = subprocess.Popen(command, **{"env": self.environment, "cwd": self.home, **more})  # type: ignore[call-overload]
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
