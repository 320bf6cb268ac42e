"""Play a transcript against the real program."""

import os
import subprocess
import sys
from pathlib import Path

import pyte

from tests.support.terminal import Typed, lines_of, play
from tests.support.warm.start import programs
from tests.transcripts.masks import mask
from tests.transcripts.parts import Step

COLUMNS, ROWS = 480, 120  # an address to approve at is longer than other lines
_PATIENCE_S = 30
# What a transcript writes there holds for its later commands.
_PROFILE = "[ -f ~/.profile ] && . ~/.profile\n"
_KEYS = {
    "⏎": "\r",
    "^C": "\x03",
    "^D": "\x04",
    "⌫": "\x7f",
    "↓": "\x1b[B",
    "→": "\x1b[C",
    "⟦": "\x1b[200~",
    "⟧": "\x1b[201~",
    "␤": "\n",
}


class Player:
    """A home, a shell environment and the secrets that must not show."""

    def __init__(self, home: Path, variables: dict[str, str], secrets: dict[str, str]) -> None:
        self._home = home
        self._variables = {**variables, "HOME": str(home)}
        self._secrets = secrets
        program = home.parent / "bin" / "nexcred"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nexcred "$@"\n')
        program.chmod(0o755)
        self._environment = {
            **variables,
            **secrets,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "PATH": f"{program.parent}:{os.environ['PATH']}",
        }

    def play(self, step: Step) -> Step:
        """Run one step and return it as it went."""
        raw, code = self._at_terminal(step) if step.at_terminal else self._in_pipes(step)
        for name, secret in self._secrets.items():
            assert secret not in raw, f"{name} shows in the output of: {step.command}"
        lines = [mask(line, self._variables) for line in raw.splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        return Step(step.command, step.at_terminal, step.comments, step.keys, code, lines)

    def _in_pipes(self, step: Step) -> tuple[str, int]:
        done = subprocess.run(
            ["bash", "-c", _PROFILE + step.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment | {"PATH": f"{programs()}:{self._environment['PATH']}"},
            cwd=self._home,
            timeout=_PATIENCE_S,
            check=False,
        )
        return done.stdout.decode(), done.returncode

    def _at_terminal(self, step: Step) -> tuple[str, int]:
        screen = pyte.Screen(COLUMNS, ROWS)
        typed = [Typed(awaited, self._typed(keys)) for awaited, keys in step.keys]
        command = ["bash", "-c", _PROFILE + step.command]
        ended = play(command, typed, screen, environment=self._environment, folder=self._home)
        # A secret must not have been drawn and wiped away either.
        self._refuse_secrets(ended.seen, step)
        return "\n".join(lines_of(screen)), ended.code

    def _refuse_secrets(self, seen: bytes, step: Step) -> None:
        for name, secret in self._secrets.items():
            assert secret.encode() not in seen, f"{name} showed for a moment in: {step.command}"

    def _typed(self, keys: str) -> str:
        for name, value in {**self._variables, **self._secrets}.items():
            keys = keys.replace("{" + name + "}", value)
        for key, code in _KEYS.items():
            keys = keys.replace(key, code)
        return keys
