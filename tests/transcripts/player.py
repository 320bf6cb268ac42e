"""Play a transcript against the real program."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pyte

from tests.transcripts.masks import mask
from tests.transcripts.parts import Step

COLUMNS, ROWS = 200, 120
_PATIENCE_S = 30
# What a transcript writes there holds for its later commands.
_PROFILE = "[ -f ~/.profile ] && . ~/.profile\n"
_KEYS = {"⏎": "\r", "^C": "\x03", "^D": "\x04", "⌫": "\x7f", "↓": "\x1b[B"}


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
            env=self._environment,
            cwd=self._home,
            timeout=_PATIENCE_S,
            check=False,
        )
        return done.stdout.decode(), done.returncode

    def _at_terminal(self, step: Step) -> tuple[str, int]:
        screen = pyte.Screen(COLUMNS, ROWS)
        stream = pyte.ByteStream(screen)
        child = pexpect.spawn(
            "bash",
            ["-c", _PROFILE + step.command],
            env=self._environment,
            cwd=str(self._home),
            dimensions=(ROWS, COLUMNS),
            timeout=_PATIENCE_S,
        )
        seen = b""
        for waited, typed in step.keys:
            seen += _feed_until(child, screen, stream, waited)
            child.send(self._typed(typed))
        seen += _feed_until(child, screen, stream, None)
        child.close()
        # A secret must not have been drawn and wiped away either.
        self._refuse_secrets(seen, step)
        code = child.exitstatus if child.exitstatus is not None else 128 + (child.signalstatus or 0)
        return "\n".join(line.rstrip() for line in screen.display).rstrip(), code

    def _refuse_secrets(self, seen: bytes, step: Step) -> None:
        for name, secret in self._secrets.items():
            assert secret.encode() not in seen, f"{name} showed for a moment in: {step.command}"

    def _typed(self, keys: str) -> str:
        for name, value in {**self._variables, **self._secrets}.items():
            keys = keys.replace("{" + name + "}", value)
        for key, code in _KEYS.items():
            keys = keys.replace(key, code)
        return keys


def _feed_until(child: "pexpect.spawn[Any]", screen: pyte.Screen, stream: pyte.ByteStream, waited: str | None) -> bytes:
    """Draw what the program prints until the last line holds the text; None waits for the end."""
    seen = b""
    deadline = time.monotonic() + _PATIENCE_S
    while waited is None or waited not in _last_line(screen):
        assert time.monotonic() < deadline, f"never saw {waited!r}:\n" + "\n".join(screen.display).rstrip()
        try:
            chunk = child.read_nonblocking(4096, timeout=1)
        except pexpect.TIMEOUT:
            continue
        except pexpect.EOF:
            assert waited is None, f"ended before {waited!r}:\n" + "\n".join(screen.display).rstrip()
            break
        seen += chunk
        stream.feed(chunk)
    return seen


def _last_line(screen: pyte.Screen) -> str:
    return next((line for line in reversed(screen.display) if line.strip()), "")
