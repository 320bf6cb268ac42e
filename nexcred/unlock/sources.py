"""Which way to unlock was given: options and variables, in the order that cli.md fixes."""

from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path

from nexcred.errors import Locked
from nexcred.model.line_end import without_line_end
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret
from nexcred.unlock.secret_file import read_secret_file

_COMMENT = "#"


class SourceKind(Enum):
    """What a source holds: the one-line secret of an identity, or the passphrase of a slot."""

    IDENTITY = auto()
    PASSPHRASE = auto()


class UnlockSource(NamedTuple):
    """One way that was given, not read yet. `name` is its option or variable; `text` a path, or the secret itself."""

    name: str
    kind: SourceKind
    is_file: bool
    text: Secret

    def read(self) -> Secret:
        """Return the identity string or the passphrase; raise Locked, naming the source."""
        if not self.text.reveal():
            raise Locked(f"{self.name} is set but empty", hint=f"give it a value, or unset {self.name}")
        text = str(self.text.reveal())
        if self.is_file:
            text = read_secret_file(Path(text), self.name)
            text = without_line_end(text) if self.kind is SourceKind.PASSPHRASE else self._only_line(text)
        return Secret(text)

    def _only_line(self, text: str) -> str:
        """An identity file may have blank lines and comments about where the identity belongs."""
        lines = [line.strip() for line in text.splitlines()]
        found = [line for line in lines if line and not line.startswith(_COMMENT)]
        if len(found) != 1:
            raise Locked(f"{self.name}: the file must hold one identity, and holds {len(found)} lines")
        return found[0]


IDENTITY_FILE_OPTION = "--identity-file"

# In order. Each is kept from child processes.
_VARIABLES = (
    ("NEXCRED_IDENTITY_FILE", SourceKind.IDENTITY, True),
    ("NEXCRED_IDENTITY", SourceKind.IDENTITY, False),
    ("NEXCRED_PASSPHRASE_FILE", SourceKind.PASSPHRASE, True),
    ("NEXCRED_PASSPHRASE", SourceKind.PASSPHRASE, False),
)
UNLOCKING_VARIABLES = tuple(name for name, _, _ in _VARIABLES)


def find_source(identity_file: str | None, environment: Mapping[str, str]) -> UnlockSource | None:
    """Return the first way that is given, even if it is empty: it decides."""
    if identity_file is not None:
        return UnlockSource(IDENTITY_FILE_OPTION, SourceKind.IDENTITY, True, Secret(identity_file))
    for name, kind, is_file in _VARIABLES:
        if name in environment:
            return UnlockSource(name, kind, is_file, Secret(environment[name]))
    return None


def find_passphrase(environment: Mapping[str, str]) -> UnlockSource | None:
    """Return the passphrase that is given, for a vault that is yet to be made."""
    for name, kind, is_file in _VARIABLES:
        if kind is SourceKind.PASSPHRASE and name in environment:
            return UnlockSource(name, kind, is_file, Secret(environment[name]))
    return None


def without_unlocking(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment as a child process may have it."""
    return {name: value for name, value in environment.items() if name not in UNLOCKING_VARIABLES}
