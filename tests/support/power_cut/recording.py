"""Record what a real process does to files, as strace sees it: each write, sync, name made, moved or taken away."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.strace import ROOT


class Write(NamedTuple):
    path: str
    offset: int
    data: bytes


class Truncate(NamedTuple):
    path: str
    size: int


class Create(NamedTuple):
    path: str


class Unlink(NamedTuple):
    path: str


class Rename(NamedTuple):
    old: str
    new: str


class Sync(NamedTuple):
    """Of a file, or of a folder: what was done to it before is durable."""

    path: str


class Told(NamedTuple):
    """A line that the process printed: what it told its user when it had got this far."""

    text: str


Event = Write | Truncate | Create | Unlink | Rename | Sync | Told

_CALLS = (
    "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,copy_file_range,sendfile,truncate,ftruncate,fallocate,"
    "lseek,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,mkdir,mmap"
)
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\w+)(?:<.*>)?(?: .*)?$")
_FD = re.compile(r"(-?\w+)<((?:\\x[0-9a-f]{2})*)>")
_HARMLESS = frozenset({"mkdir", "sync_file_range"})


def record(script: str, arguments: Sequence[str], folder: Path) -> list[Event]:
    """Run a Python script and return what it did inside `folder`, and printed, in order."""
    trace = folder.with_name(folder.name + ".trace")
    command = ["strace", "-f", "-y", "-xx", "-s", str(2**17), "-o", str(trace), "-e", f"trace={_CALLS}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, sys.executable, "-c", script, *arguments],
        capture_output=True,
        timeout=300,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    events = list(_read(trace, str(folder.resolve()) + "/"))
    printed = "".join(event.text for event in events if isinstance(event, Told))
    assert printed == done.stdout.decode()
    return events


def _read(trace: Path, inside: str) -> Iterator[Event]:
    offsets: dict[str, int] = {}  # of files written one piece after the other, without an offset
    with trace.open() as lines:
        for line in lines:
            assert "<unfinished" not in line, "two threads at once: their order is not known"
            match = _LINE.match(line)
            if match is None or match[3].startswith("-"):
                continue
            yield from _event(match[1], match[2], match[3], inside, offsets)


def _event(call: str, arguments: str, result: str, inside: str, offsets: dict[str, int]) -> Iterator[Event]:
    if call == "write" and arguments.startswith("1<"):
        yield Told(_written(arguments, result).decode())
        return
    paths = [path for path in _paths(call, arguments) if (path + "/").startswith(inside)]
    if not paths or call in _HARMLESS:
        return
    path = paths[0]
    if call in ("open", "openat"):
        offsets[path] = 0
        if "O_CREAT" in arguments:
            yield Create(path)
        if "O_TRUNC" in arguments:
            yield Truncate(path, 0)
    elif call in ("write", "pwrite64"):
        data = _written(arguments, result)
        yield Write(path, offsets[path] if call == "write" else _last_number(arguments), data)
        offsets[path] += len(data)
    elif call == "lseek":
        offsets[path] = int(result)
    elif call in _SIMPLE:
        yield _SIMPLE[call](paths, arguments)
    elif call != "mmap" or ("MAP_SHARED" in arguments and "PROT_WRITE" in arguments):
        raise AssertionError(f"the recording does not know what {call} does to a file")


def _last_number(arguments: str) -> int:
    return int(arguments.rsplit(", ", 1)[1])


_SIMPLE: dict[str, Callable[[list[str], str], Event]] = {
    "fsync": lambda paths, _: Sync(paths[0]),
    "fdatasync": lambda paths, _: Sync(paths[0]),
    "ftruncate": lambda paths, arguments: Truncate(paths[0], _last_number(arguments)),
    **dict.fromkeys(("unlink", "unlinkat"), lambda paths, _: Unlink(paths[0])),
    **dict.fromkeys(("rename", "renameat", "renameat2"), lambda paths, _: Rename(paths[0], paths[1])),
}


def _paths(call: str, arguments: str) -> list[str]:
    """Return the files that a call is about: its descriptors', or its strings' where it takes paths."""
    if call in ("write", "pwrite64", "lseek", "ftruncate", "fsync", "fdatasync", "mmap"):
        return [_text(match[2]) for match in _FD.finditer(arguments.split('"', 1)[0]) if match[2]]
    given = [_text(quoted) for quoted in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', arguments)]
    folders = [_text(match[2]) for match in _FD.finditer(arguments)]
    if call in ("open", "openat", "unlink", "unlinkat", "mkdir", "rename", "renameat", "renameat2") and given:
        return [str(Path(folders[0] if folders else "/", path)) for path in given]
    return given + folders


def _text(escaped: str) -> str:
    return bytes.fromhex(escaped.replace("\\x", "")).decode("utf-8", "surrogateescape")


def _written(arguments: str, result: str) -> bytes:
    """Return what arrived of the data: a write may do less than it was asked."""
    _, data, rest = arguments.split('"', 2)
    assert not rest.startswith("..."), "strace cut the data short"
    return bytes.fromhex(data.replace("\\x", ""))[: int(result)]
