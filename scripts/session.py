"""A shell session with nexcred in a home of its own; it shows each command and remembers what was not as expected."""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from nexcred.model.secret import DOTS

_PROGRAM = Path(sys.executable).parent / "nexcred"
_DIM, _BOLD, _PLAIN = "\x1b[2m", "\x1b[1m", "\x1b[0m"


class Session:
    """Secrets given to it must show in no output and in no file of the vault."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._secrets: dict[str, str] = {}
        self._problems: list[str] = []
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "LANG": "C.UTF-8",
        }
        if self._colour:
            self._environment |= {"FORCE_COLOR": "1", "TERM": os.environ.get("TERM", "xterm")}

    def say(self, text: str) -> None:
        """Print a line of comment."""
        self._print(f"\n{_DIM}# {text}{_PLAIN}" if self._colour else f"\n# {text}")

    def secret(self, variable: str, value: str) -> None:
        """Put a secret into the environment of the commands that follow."""
        self._environment[variable] = value
        self._secrets[f"{variable} {len(self._secrets)}"] = value

    def known(self, variable: str) -> str:
        return self._environment[variable]

    def give_passphrase(self, passphrase: str) -> None:
        """Write it where only its owner can read it, and name that file."""
        self._environment["NEXCRED_PASSPHRASE_FILE"] = self._keep("passphrase", passphrase)

    def keep_identity(self) -> None:
        """Export the identity to a file, and unlock with it from now on."""
        secret = self.run("identity show --secret", show=False)
        self._secrets["the identity"] = secret.strip()
        self._show("umask 077; nexcred identity show --secret > identity; export NEXCRED_IDENTITY_FILE=identity")
        del self._environment["NEXCRED_PASSPHRASE_FILE"]
        self._environment["NEXCRED_IDENTITY_FILE"] = self._keep("identity", secret)

    def run(
        self,
        words: str,
        *,
        code: int = 0,
        expect: Sequence[str] = (),
        exactly: str | None = None,
        given: str = "",
        show: bool = True,
    ) -> str:
        """Run one command, show it, and hold it to its exit code and to what it must say; return its output."""
        done = subprocess.run(
            [str(_PROGRAM), *shlex.split(words)],
            env=self._environment, input=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = done.stdout + done.stderr
        if show:
            self._show(f"printf %s {DOTS} | nexcred {words}" if given else f"nexcred {words}")
            self._print(said.rstrip("\n"))
        if done.returncode != code:
            self._problems.append(f"'nexcred {words}' exited {done.returncode}, not {code}: {done.stderr.strip()}")
        self._problems += [f"'nexcred {words}' does not say '{text}'" for text in expect if text not in said]
        if exactly is not None and done.stdout != exactly:
            self._problems.append(f"'nexcred {words}' does not print exactly the value")
        if show:
            self._problems += [
                f"'nexcred {words}' shows {name}" for name, text in self._secrets.items() if text in said
            ]
        return done.stdout

    @property
    def complaints(self) -> list[str]:
        """What commands did that was not as expected."""
        return list(self._problems)

    def problems(self) -> list[str]:
        """Return what was not as expected, secrets in the clear in any file included."""
        own = ("passphrase", "identity")
        files = [path for path in self._home.rglob("*") if path.is_file() and path.name not in own]
        held = [
            f"{path.name} holds {name} in the clear"
            for path in files
            for name, text in self._secrets.items()
            if text.encode() in path.read_bytes()
        ]
        return self._problems + held + ([] if files else ["nothing was written"])

    def _keep(self, name: str, content: str) -> str:
        path = self._home / name
        path.touch(mode=0o600)
        path.write_text(content)
        return str(path)

    def _show(self, command: str) -> None:
        self._print(f"\n{_BOLD}$ {command}{_PLAIN}" if self._colour else f"\n$ {command}")

    def _print(self, text: str) -> None:
        print(text, flush=True)
