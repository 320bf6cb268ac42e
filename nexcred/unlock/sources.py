"""Which way to unlock was given: options and variables, in the order that cli.md fixes."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

from nexcred.errors import Locked
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of

_COMMENT = "#"

# What a source holds: the one-line secret of an identity, or the passphrase of a slot.
SourceKind = Literal["identity", "passphrase"]
# Where the secret is: in the source's own text, in a file of that path, or in what a command writes.
SecretPlace = Literal["here", "file", "command"]
# Runs the command of a variable of that name, and returns what it writes; raises Locked.
RunCommand = Callable[[str, str], str]


class UnlockSource(NamedTuple):
    """One way that was given, not read yet. `name` is its option or variable; `text` a path, or the secret itself."""

    name: str
    kind: SourceKind
    place: SecretPlace
    text: Secret
    run: RunCommand | None = None

    def __repr__(self) -> str:
        return repr_of(self, "name", "kind", "place")

    def read(self) -> Secret:
        """Return the identity string or the passphrase; raise Locked, naming the source."""
        if not self.text.reveal():
            raise Locked(f"{self.name} is set but empty", hint=f"give it a value, or unset {self.name}")
        text = str(self.text.reveal())
        if self.place == "here":
            return Secret(text)
        from nexcred.model.line_end import without_line_end
        from nexcred.unlock.secret_file import read_secret_file

        text = self.run(self.name, text) if self.run is not None else read_secret_file(Path(text), self.name)
        return Secret(without_line_end(text) if self.kind == "passphrase" else self._only_line(text))

    def _only_line(self, text: str) -> str:
        """What holds an identity may have blank lines and comments about where the identity belongs."""
        lines = [line.strip() for line in text.splitlines()]
        found = [line for line in lines if line and not line.startswith(_COMMENT)]
        if len(found) != 1:
            what = "the file must hold one identity, and holds" if self.run is None else "its program wrote"
            raise Locked(f"{self.name}: {what} {len(found)} lines{'' if self.run is None else ', not one identity'}")
        return found[0]


IDENTITY_FILE_OPTION = "--identity-file"

# In order. Each is kept from child processes.
_VARIABLES: tuple[tuple[str, SourceKind, SecretPlace], ...] = (
    ("NEXCRED_IDENTITY_FILE", "identity", "file"),
    ("NEXCRED_IDENTITY", "identity", "here"),
    ("NEXCRED_IDENTITY_COMMAND", "identity", "command"),
    ("NEXCRED_PASSPHRASE_FILE", "passphrase", "file"),
    ("NEXCRED_PASSPHRASE", "passphrase", "here"),
    ("NEXCRED_PASSPHRASE_COMMAND", "passphrase", "command"),
)
UNLOCKING_VARIABLES = tuple(name for name, _, _ in _VARIABLES)


def find_source(
    identity_file: str | None, environment: Mapping[str, str], tell: Callable[[str], None]
) -> UnlockSource | None:
    """Return the first way that is given, even if it is empty: it decides.

    `tell` gets what a command that is run for it says on standard error.
    """
    if identity_file is not None:
        return UnlockSource(IDENTITY_FILE_OPTION, "identity", "file", Secret(identity_file))
    return _first(environment, tell)


def find_passphrase(environment: Mapping[str, str], tell: Callable[[str], None]) -> UnlockSource | None:
    """Return the passphrase that is given, for a vault that is yet to be made."""
    return _first(environment, tell, "passphrase")


def _first(
    environment: Mapping[str, str], tell: Callable[[str], None], only: SourceKind | None = None
) -> UnlockSource | None:
    for name, kind, place in _VARIABLES:
        if only in (None, kind) and name in environment:
            run = partial(_run, without_unlocking(environment), tell) if place == "command" else None
            return UnlockSource(name, kind, place, Secret(environment[name]), run)
    return None


def _run(environment: Mapping[str, str], tell: Callable[[str], None], name: str, command: str) -> str:
    from nexcred.unlock.secret_command import run_secret_command  # and all that starts programs: few need it

    return run_secret_command(name, command, environment, tell)


def without_unlocking(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment as a child process may have it."""
    return {name: value for name, value in environment.items() if name not in UNLOCKING_VARIABLES}


def for_another_vault(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what belongs to the vault in hand alone."""
    return {name: value for name, value in without_unlocking(environment).items() if name != "NEXCRED_CHECKPOINT"}
