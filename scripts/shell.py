"""One shell for a whole page: a home of its own, and variables that stay from one command to the next."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte

from tests.support.terminal import Typed, lines_of, play
from tests.support.warm.start import programs

COLUMNS, ROWS = 320, 400  # a public identity is longer than other lines
_VECTORS = Path(__file__).parents[1] / "tests/vectors"  # vaults of earlier versions
_KEYS = {"⏎": "\r", "^C": "\x03", "^D": "\x04", "↓": "\x1b[B"}
# What is exported, and how the command ended, go on to the next one.
_CARRIED = """\
trap 'code=$?; { export -p; echo "(exit $code)"; } >"$SHELL_STATE"; exit $code' EXIT
set -a
. "$SHELL_STATE"
"""
_STRICT = "set -euo pipefail\n"


class Shell:
    """`secrets` are variables that must show nowhere, unless a command asks for them in the clear.

    `meant` says what words in scripts and files stand for.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], secrets: Mapping[str, str], meant: Mapping[str, str]
    ) -> None:
        self._folder = folder
        self._meant = meant
        self._home = folder / "home"
        self._home.mkdir(mode=0o700)
        self._secrets = secrets
        self.fresh_machine()
        state = folder / "state"
        state.touch(mode=0o600)
        self._environment = {
            **environment,
            **secrets,
            "HOME": str(self._home),
            "LOGNAME": "anna",
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "VECTORS": str(_VECTORS),
            "PATH": f"{programs()}:{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
            "SHELL_STATE": str(state),
        }

    def at_terminal(self, command: str, typed: Sequence[Typed] = ()) -> list[str]:
        """Run one command and return what the screen shows in the end."""
        screen = pyte.Screen(COLUMNS, ROWS)
        keys = [Typed(each.after, self._keys(each.keys)) for each in typed]
        line = self._line(f"{_CARRIED}{command}")
        ended = play(line, keys, screen, environment=self._environment, folder=self._home)
        self._refuse_secrets(ended.seen.decode(errors="replace"), command)
        return [text.replace(str(self._home), "/home/anna") for text in lines_of(screen)]

    def in_python(self, examples: Sequence[str]) -> None:
        """Run a session of Python to its end; raise AssertionError where it says something else than the page."""
        if examples:
            self.write("examples.txt", "\n".join(examples), more=False)
            self.in_pipes("python -m doctest -o ELLIPSIS examples.txt")

    def write(self, path: str, text: str, *, more: bool) -> None:
        """Write a file of the home, private to its owner; with `more` after what it holds already."""
        file = self._home / path
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(file.read_text() + self._as_meant(text) if more else self._as_meant(text))

    def in_pipes(self, script: str) -> None:
        """Run a script to its end; raise AssertionError when a command of it fails."""
        self._run(f"{_CARRIED}{_STRICT}{script}", self._environment)

    def fresh_machine(self) -> None:
        """Have the steps of the next CI job run where none has run before."""
        self._runner = Path(tempfile.mkdtemp(prefix="runner-", dir=self._folder))
        for name in ("home", "temp"):
            (self._runner / name).mkdir()
        for name in ("env", "path"):
            (self._runner / name).touch()

    def in_job(self, script: str, variables: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Run a step of a CI job: in a home of its own, without the shell's variables but for the named secrets.

        What a step writes to GITHUB_ENV and GITHUB_PATH, those after it have.
        """
        runner = self._runner
        own = {name: text for name, text in self._environment.items() if name not in self._secrets}
        known = {name: self._known(secret) for name, secret in secrets.items()}
        handed = dict(line.split("=", 1) for line in (runner / "env").read_text().splitlines())
        folders = [*reversed((runner / "path").read_text().splitlines()), own["PATH"]]
        places = {"RUNNER_TEMP": "temp", "GITHUB_ENV": "env", "GITHUB_PATH": "path", "HOME": "home"}
        given = {name: str(runner / place) for name, place in places.items()}
        self._run(
            f"{_STRICT}{script}",
            {**own, "PATH": ":".join(folders), "CI": "true", **given, **handed, **variables, **known},
        )

    def _known(self, name: str) -> str:
        """Return what a variable of the shell holds; one that is not set is empty, as a secret of CI is."""
        return subprocess.run(
            self._line(f'. "$SHELL_STATE"; printf %s "${{{name}:-}}"'),
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def _run(self, script: str, environment: Mapping[str, str]) -> None:
        done = subprocess.run(
            self._line(script),
            env=environment,
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"exit {done.returncode} of:\n{script}\n{done.stdout}{done.stderr}"
        self._refuse_secrets(done.stdout + done.stderr, script)

    def _line(self, script: str) -> list[str]:
        return ["bash", "--noprofile", "--norc", "-c", self._as_meant(script)]

    def _as_meant(self, text: str) -> str:
        for word, meant in self._meant.items():
            text = text.replace(word, meant)
        return text

    def _keys(self, text: str) -> str:
        for name, value in self._secrets.items():
            text = text.replace("{" + name + "}", value)
        for key, code in _KEYS.items():
            text = text.replace(key, code)
        return text

    def _refuse_secrets(self, printed: str, command: str) -> None:
        if "get " in command or "--reveal" in command:
            return
        for name, value in self._secrets.items():
            assert value not in printed, f"{name} shows in the output of: {command}"
