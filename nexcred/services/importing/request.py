"""What an import is asked for: which files or programs to read, and what they may need."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nexcred.errors import CommandNotFound, UsageError
from nexcred.model.secret import Secret, repr_of
from nexcred.services.importing.files import NamedFiles, NoFiles, SourceFile


class Programs(Protocol):
    """The programs of this machine that hand out what they keep."""

    def has(self, name: str, /) -> bool:
        """True when there is such a program."""
        ...

    def run(self, command: Sequence[str], also: Mapping[str, str] | None = None, /) -> bytes:
        """Return what it writes, with `also` in its environment; raise ProgramFailed, CommandNotFound."""
        ...


class ProgramFailed(Exception):
    """A program ended with a failure; its text is the last line of what it said, made visible."""


def operand(text: str) -> str:
    """Return what a program is asked for by a name that others chose; raise ProgramFailed for one that is an option."""
    if text.startswith("-"):
        raise ProgramFailed("it begins with '-', which reads as an option")
    return text


class NoPrograms:
    """None: where a text stands for itself."""

    def has(self, _name: str) -> bool:
        return False

    def run(self, command: Sequence[str], _also: Mapping[str, str] | None = None) -> bytes:
        raise UsageError(f"there is no program '{command[0]}' here")


def no_passphrase() -> Secret:
    raise UsageError("the file asks for a passphrase")


def _everything(_path: str) -> bool:
    return True


def _untold(_done: int, _total: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to read. `place` is what the user names where that is no file: a folder, or a path within a store.

    `wants` says of a path within a store whether it need be read; `tell` is told how many of how many have been.
    """

    files: Sequence[SourceFile] = ()
    beside: NamedFiles = field(default_factory=NoFiles)
    place: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    programs: Programs = field(default_factory=NoPrograms)
    passphrase: Callable[[], Secret] = no_passphrase
    key_file: Secret | None = None
    wants: Callable[[str], bool] = _everything
    tell: Callable[[int, int], None] = _untold

    def __repr__(self) -> str:
        return repr_of(self, "place")

    def require_program(self, name: str, instead: str = "") -> None:
        """Raise CommandNotFound where there is no program of this name; its hint says what can be done `instead`."""
        if not self.programs.has(name):
            hint = f"install it{f', or {instead}' if instead else ': it shows nexcred what it keeps'}"
            raise CommandNotFound(f"there is no program '{name}'", hint=hint)

    @property
    def data(self) -> bytes:
        """Return the one file that was named."""
        return self.files[0].data
