"""Who has a port of this machine: where /proc tells, its process, or at least its user."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENS = "0A"
# Columns of a line of these tables.
_LOCAL, _STATE, _USER, _INODE = 1, 3, 7, 9


def describe_owner(port: int) -> str:
    """Say who listens at this port, as `PID 17 (nginx)` or `user 1001`; "" where nothing tells."""
    for user, inode in _listeners(port):
        return _process_with(f"socket:[{inode}]") or f"a process of {_name_of(user)}"
    return ""


def _listeners(port: int) -> Iterator[tuple[int, str]]:
    for table in _TABLES:
        with suppress(OSError, ValueError, IndexError):
            for line in table.read_text().splitlines()[1:]:
                cells = line.split()
                if cells[_STATE] == _LISTENS and int(cells[_LOCAL].rpartition(":")[2], 16) == port:
                    yield int(cells[_USER]), cells[_INODE]


def _process_with(link: str) -> str:
    """Return the process that holds this socket; only root sees those of others."""
    for held in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if held.readlink().name == link:
                process = held.parts[2]
                return f"PID {process} ({Path('/proc', process, 'comm').read_text().strip()})"
    return ""


def _name_of(user: int) -> str:
    with suppress(ImportError, KeyError):
        import pwd

        mine = " (yourself)" if user == os.geteuid() else ""
        return f"user {pwd.getpwuid(user).pw_name}{mine}"
    return f"user {user}"
