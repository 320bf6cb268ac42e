"""The use log: which credentials were read or used on this machine, as JSON Lines in the state folder, for one user.

A line holds no secret and no name of a credential, but the id of its record, which the vault file shows as well; with
the vault opened it becomes a name again. Names that are gone from the vault are sealed. The log is bounded: of three
files of 1 MiB the oldest goes. What programs ask the service for has three files of its own, so that none of them can
push out what a person did; of the oldest of these each program keeps its share, so that none pushes out another's.
"""

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from nexcred.errors import StoreFailed
from nexcred.local.files import make_folder, reason, regular_size, shown
from nexcred.local.owner import leave_to_owner
from nexcred.local.unfollowed import open_new, open_unfollowed
from nexcred.local.whole_file import open_plain_file, read_plain_file
from nexcred.model import strict_json
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339, to_rfc3339

VARIABLE = "NEXCRED_AUDIT"
FULL_BYTES = 1024 * 1024
_LARGEST_READ = 16 * FULL_BYTES
_OWN, _SERVED = ("uses.jsonl", "uses.1.jsonl", "uses.2.jsonl"), ("served.jsonl", "served.1.jsonl", "served.2.jsonl")
# As `_encode` ends a line of a token; `$` is before its line end.
_TOKEN = rb'"token":"([^"\\]*)"\}$'
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
    "nexla push",
    "python",
    "request",
    "run",
    "serve read",
    "serve token",
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
    "nexla status",
    "probe",
    "remove",
    "rename",
    "restore",
    "revoke",
    "rotate",
    "serve delete",
    "serve list",
    "serve probe",
    "serve share",
    "serve show",
    "serve token new",
    "serve write",
    "show",
    "trash empty",
    "trash restore",
    "update",
]
Verb = Handing | Looking


class Use(NamedTuple):
    """One command that read or used credentials. Ids are hex: of the vault, the identity and the records.

    `project` is the folder of the project file that asked for them; "" when none did. `names` are those that the
    command took away, the new one behind the old, as `vault.kept_names` seals them. `token` is what asked the service
    of this machine; "" for a person.
    """

    at: datetime
    verb: str
    vault: str
    identity: str
    records: tuple[str, ...]
    fields: tuple[str, ...]
    project: str = ""
    names: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "at", "verb", "records")


class UseLog:
    """The log in a state folder. Noting never fails: where it cannot be written, `warn` is told once."""

    def __init__(self, state_folder: Path, *, warn: Callable[[str], None]) -> None:
        self._folder = state_folder
        self._own, self._served = _BoundedFiles(state_folder, _OWN), _SharedFiles(state_folder, _SERVED)
        self._warn: Callable[[str], None] | None = warn

    def note(self, use: Use) -> None:
        """Append one use; many records take several lines."""
        self.note_all((use,))

    def note_all(self, uses: Iterable[Use]) -> None:
        """Append one use after the other, in no more writes than the bounds of the log ask for."""
        own, served = bytearray(), bytearray()
        try:
            for use in uses:
                lines, files = (served, self._served) if use.token else (own, self._own)
                for start in range(0, max(1, len(use.records)), _RECORDS_A_LINE):
                    lines += _encode(use, use.records[start : start + _RECORDS_A_LINE])
                if len(lines) > FULL_BYTES:
                    files.append(bytes(lines))
                    lines.clear()
            for lines, files in ((own, self._own), (served, self._served)):
                if lines:
                    files.append(bytes(lines))
        except OSError as error:
            self._cannot_write(reason(error))
        except StoreFailed as error:
            self._cannot_write(error.message)

    def read(self) -> tuple[list[Use], int]:
        """Return what was noted, oldest first, and how many lines could not be understood. Raises StoreFailed."""
        from heapq import merge  # which noting does without

        noted, strange = [], 0
        for files in (self._own, self._served):
            uses = []
            for line in files.lines():
                try:
                    uses.append(_decode(line))
                except (ValueError, KeyError, TypeError):
                    strange += 1
            noted.append(uses)
        return list(merge(*noted, key=lambda use: use.at)), strange

    def _cannot_write(self, why: str) -> None:
        if self._warn is not None:
            self._warn(f"what is read is not noted in {shown(self._folder)} for nexcred audit: {why}")
            self._warn = None


class _BoundedFiles:
    """Lines in files of which the oldest goes; `names` are theirs, the newest first."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._folder = folder
        self._paths = [folder / name for name in names]

    def append(self, lines: bytes) -> None:
        """Append whole lines; raise OSError, StoreFailed."""
        path = self._paths[0]
        descriptor = self._open()
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise StoreFailed(f"{shown(path)} is not a plain file")
            if stat.S_IMODE(found.st_mode) != 0o600:
                os.fchmod(descriptor, 0o600)
            leave_to_owner(descriptor, self._folder)
            os.write(descriptor, lines)  # at once, so that the lines of two processes do not mix
        finally:
            os.close(descriptor)
        if found.st_size + len(lines) > FULL_BYTES:
            self._rotate()

    def lines(self) -> Iterator[bytes]:
        """Yield every line, oldest first; raise StoreFailed."""
        for path in reversed(self._paths):
            if regular_size(path) is None:
                continue
            # Nothing there: another process started a new file.
            yield from (read_plain_file(path, _LARGEST_READ) or b"").splitlines()

    def _open(self) -> int:
        try:
            return open_unfollowed(self._paths[0], _APPENDED)
        except FileNotFoundError:
            make_folder(self._folder)
            return open_unfollowed(self._paths[0], _APPENDED)

    def _rotate(self) -> None:
        """Start a new file. Who appends meanwhile writes to the old one under its new name: nothing is lost."""
        from nexcred.local.locking import locked  # once in some thousand uses

        with locked(self._folder / "uses.lock"):
            if (regular_size(self._paths[0]) or 0) <= FULL_BYTES:
                return  # another process was quicker
            self._give_up_oldest()
            for older, newer in zip(reversed(self._paths[1:]), reversed(self._paths[:-1]), strict=True):
                with suppress(FileNotFoundError):
                    newer.replace(older)

    def _give_up_oldest(self) -> None:
        """Do what has to be done before the oldest file is replaced by the next."""


class _SharedFiles(_BoundedFiles):
    """Those of many tokens, of which none has to give way for another that asks more often."""

    def _give_up_oldest(self) -> None:
        """Put into the next file what is to stay of both."""
        from nexcred.local.fair_lines import fair_lines

        *_, newer, older = self._paths
        if regular_size(older) is None or regular_size(newer) is None:
            return

        def both() -> Iterator[bytes]:
            for path in (older, newer):
                with open_plain_file(path) or BytesIO() as file:
                    for line in file:
                        yield line.rstrip(b"\n") + b"\n"  # also one that was cut short

        beside = newer.with_name(f"{newer.name}.new")
        beside.unlink(missing_ok=True)
        descriptor = open_new(beside)
        leave_to_owner(descriptor, self._folder)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(fair_lines(both, _token_of, FULL_BYTES))
        beside.replace(newer)


def is_wanted(environment: Mapping[str, str]) -> bool:
    """True unless the user switched the log off."""
    return environment.get(VARIABLE, "").strip().lower() not in _OFF


def _token_of(line: bytes) -> bytes:
    found = re.search(_TOKEN, line)
    return found[1] if found else b""


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
        **({"token": use.token} if use.token else {}),
    }
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _decode(line: bytes) -> Use:
    data: Any = strict_json.loads(line)
    verb, vault, identity = data["verb"], data["vault"], data["identity"]
    records, fields, project = tuple(data["records"]), tuple(data["fields"]), data.get("project", "")
    names, token = data.get("names", ""), data.get("token", "")
    if not all(isinstance(text, str) for text in (verb, vault, identity, *records, *fields, project, names, token)):
        raise TypeError
    return Use(from_rfc3339(data["at"]), verb, vault, identity, records, fields, project, names, token)
