"""The use log: which credentials were read or used on this machine, as JSON Lines in the state folder, for one user.

A line holds no secret and no name of a credential, but the id of its record, which the vault file shows as well; with
the vault opened it becomes a name again. Names that are gone from the vault are sealed. The log is bounded: of three
files of 1 MiB the oldest goes.
"""

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from nexcred.errors import StoreFailed
from nexcred.local.files import make_folder, reason, regular_size, shown
from nexcred.local.locking import locked
from nexcred.local.owner import leave_to_owner
from nexcred.local.unfollowed import open_unfollowed
from nexcred.local.whole_file import read_plain_file
from nexcred.model import strict_json
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339, to_rfc3339

VARIABLE = "NEXCRED_AUDIT"
FULL_BYTES = 1024 * 1024
_LARGEST_READ = 16 * FULL_BYTES
_NAMES = ("uses.jsonl", "uses.1.jsonl", "uses.2.jsonl")
_OFF = frozenset({"off", "0", "no", "false"})
_RECORDS_A_LINE = 500
_APPENDED = os.O_WRONLY | os.O_APPEND | os.O_CREAT

# What is noted: the words of the command. By these its values leave nexcred:
Handing = Literal[
    "export",
    "get",
    "helper aws",
    "helper docker",
    "helper git",
    "helper kube",
    "inject",
    "python",
    "request",
    "run",
    "token",
]
# and these look at a credential, change it or prove it.
Looking = Literal[
    "check",
    "connectors check",
    "exposure add",
    "exposure clear",
    "history",
    "identity show",
    "login",
    "probe",
    "remove",
    "rename",
    "restore",
    "revoke",
    "rotate",
    "show",
    "trash empty",
    "trash restore",
    "update",
]
Verb = Handing | Looking


class Use(NamedTuple):
    """One command that read or used credentials. Ids are hex: of the vault, the identity and the records.

    `project` is the folder of the project file that asked for them; "" when none did. `names` are those that the
    command took away, the new one behind the old, as `vault.kept_names` seals them.
    """

    at: datetime
    verb: str
    vault: str
    identity: str
    records: tuple[str, ...]
    fields: tuple[str, ...]
    project: str = ""
    names: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "at", "verb", "records")


class UseLog:
    """The log in a state folder. Noting never fails: where it cannot be written, `warn` is told once."""

    def __init__(self, state_folder: Path, *, warn: Callable[[str], None]) -> None:
        self._folder = state_folder
        self._path = state_folder / _NAMES[0]
        self._warn: Callable[[str], None] | None = warn

    def note(self, use: Use) -> None:
        """Append one use; many records take several lines."""
        self.note_all((use,))

    def note_all(self, uses: Iterable[Use]) -> None:
        """Append one use after the other, in no more writes than the bounds of the log ask for."""
        lines = bytearray()
        try:
            for use in uses:
                for start in range(0, max(1, len(use.records)), _RECORDS_A_LINE):
                    lines += _encode(use, use.records[start : start + _RECORDS_A_LINE])
                if len(lines) > FULL_BYTES:
                    self._append(bytes(lines))
                    lines.clear()
            if lines:
                self._append(bytes(lines))
        except OSError as error:
            self._cannot_write(reason(error))
        except StoreFailed as error:
            self._cannot_write(error.message)

    def read(self) -> tuple[list[Use], int]:
        """Return what was noted, oldest first, and how many lines could not be understood. Raises StoreFailed."""
        uses, strange = [], 0
        for line in self._lines():
            try:
                uses.append(_decode(line))
            except (ValueError, KeyError, TypeError):
                strange += 1
        return uses, strange

    def _append(self, lines: bytes) -> None:
        descriptor = self._open()
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise StoreFailed(f"{shown(self._path)} is not a plain file")
            if stat.S_IMODE(found.st_mode) != 0o600:
                os.fchmod(descriptor, 0o600)
            leave_to_owner(descriptor, self._folder)
            os.write(descriptor, lines)  # at once, so that the lines of two processes do not mix
        finally:
            os.close(descriptor)
        if found.st_size + len(lines) > FULL_BYTES:
            self._rotate()

    def _open(self) -> int:
        try:
            return open_unfollowed(self._path, _APPENDED)
        except FileNotFoundError:
            make_folder(self._folder)
            return open_unfollowed(self._path, _APPENDED)

    def _rotate(self) -> None:
        """Start a new file. Who appends meanwhile writes to the old one under its new name: nothing is lost."""
        paths = [self._folder / name for name in _NAMES]
        with locked(self._folder / "uses.lock"):
            if self._path.stat().st_size <= FULL_BYTES:
                return  # another process was quicker
            for older, newer in zip(reversed(paths[1:]), reversed(paths[:-1]), strict=True):
                with suppress(FileNotFoundError):
                    newer.replace(older)

    def _lines(self) -> Iterator[bytes]:
        for name in reversed(_NAMES):
            path = self._folder / name
            if regular_size(path) is None:
                continue
            # Nothing there: another process started a new file.
            yield from (read_plain_file(path, _LARGEST_READ) or b"").splitlines()

    def _cannot_write(self, why: str) -> None:
        if self._warn is not None:
            self._warn(f"what is read is not noted in {shown(self._path)} for nexcred audit: {why}")
            self._warn = None


def is_wanted(environment: Mapping[str, str]) -> bool:
    """True unless the user switched the log off."""
    return environment.get(VARIABLE, "").strip().lower() not in _OFF


def _encode(use: Use, records: Sequence[str]) -> bytes:
    line = {
        "at": to_rfc3339(use.at),
        "verb": use.verb,
        "vault": use.vault,
        "identity": use.identity,
        "records": records,
        "fields": use.fields,
        **({"project": use.project} if use.project else {}),
        **({"names": use.names} if use.names else {}),
    }
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _decode(line: bytes) -> Use:
    data: Any = strict_json.loads(line)
    verb, vault, identity = data["verb"], data["vault"], data["identity"]
    records, fields, project = tuple(data["records"]), tuple(data["fields"]), data.get("project", "")
    names = data.get("names", "")
    if not all(isinstance(text, str) for text in (verb, vault, identity, *records, *fields, project, names)):
        raise TypeError
    return Use(from_rfc3339(data["at"]), verb, vault, identity, records, fields, project, names)
