"""A Unix socket that only this user can reach, in a folder where nobody else can put another one."""

import os
import shlex
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from nexcred.errors import PortTaken, StoreFailed
from nexcred.local.files import kind_of, reason, shown
from nexcred.local.unfollowed import open_folder
from nexcred.server.listening.place import Listening

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# Who asks over a socket has no port to name.
HOSTS = frozenset({"localhost"})
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_BACKLOG = 1024
_NAME = "nexcred.sock"
# What macOS takes; Linux takes four more.
_LONGEST = 103


def listen_on_unix_socket(path: Path) -> Listening:
    """Listen there, 0600, in place of a socket on which nobody listens any more.

    Raise StoreFailed for anything else that stands there, and for a folder in which others could put something; raise
    PortTaken where somebody listens.
    """
    path = path.absolute()
    refuse_shared(path.parent, _elsewhere())
    path = path.parent.resolve() / path.name
    try:
        with _alone_in(path.parent):
            _clear(path)
            made = _bound(path)
        found = path.lstat()
    except OSError as error:
        raise _failed(path, error) from None
    return Listening((made,), f"unix://{path}", HOSTS, leave=partial(_leave, path, (found.st_dev, found.st_ino)))


def refuse_shared(folder: Path, hint: str) -> None:
    """Raise StoreFailed where another user may put something into the folder, or lead its path elsewhere."""
    real = folder.resolve()
    for one in dict.fromkeys((real, *folder.parents, folder, *real.parents)):
        try:
            found = one.lstat()
        except FileNotFoundError:
            made = f"make it with: mkdir -p -m 700 {shlex.quote(str(real))}"
            raise StoreFailed(f"there is no folder {shown(real)}", hint=made) from None
        except OSError as error:
            raise StoreFailed(f"{shown(one)} cannot be looked at: {reason(error)}", hint=hint) from None
        is_above = one != real and found.st_mode & stat.S_ISVTX
        may_others = found.st_mode & _OTHERS_WRITE and not is_above and not stat.S_ISLNK(found.st_mode)
        if may_others or found.st_uid not in (0, os.geteuid()):
            is_own = found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX
            mended = f"take that away with: chmod go-w {shlex.quote(str(one))}" if is_own else hint
            raise StoreFailed(f"others may write in {shown(one)}, and put another socket there", hint=mended)


def _elsewhere() -> str:
    """Name a socket in a folder that this user has here."""
    own = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if own.is_absolute() and own.is_dir():
        return f"take a folder of your own: nexcred serve --socket {shlex.quote(str(own / _NAME))}"
    return f"take a folder of your own: mkdir -p -m 700 ~/.nexcred && nexcred serve --socket ~/.nexcred/{_NAME}"


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two that start at once must not each take away the socket of the other."""
    held = open_folder(folder)
    try:
        if fcntl is not None:
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _clear(path: Path) -> None:
    """Take away a socket on which nobody listens; raise PortTaken, StoreFailed for what is no socket of this user."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(found.st_mode):
        inside = shlex.quote(str(path / _NAME))
        raise StoreFailed(f"{shown(path)} is a folder", hint=f"name a file in it: nexcred serve --socket {inside}")
    if not stat.S_ISSOCK(found.st_mode):
        raise StoreFailed(f"{shown(path)} is {kind_of(found.st_mode)}, not a socket", hint="name another path")
    if found.st_uid != os.geteuid():
        raise StoreFailed(f"{shown(path)} belongs to another user", hint="name another path")
    if _is_listened_on(path):
        raise PortTaken(
            f"a service listens on {shown(path)} already", hint="end that, or name another path with --socket"
        )
    path.unlink()


def _is_listened_on(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knocking:
        knocking.setblocking(False)
        try:
            knocking.connect(str(path))
        except ConnectionRefusedError:
            return False
        except BlockingIOError:  # it does not come to accept
            return True
    return True


def _bound(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.bind(str(path))
        # Nobody can connect before it listens.
        path.chmod(0o600)
        made.listen(_BACKLOG)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


def _leave(path: Path, made: tuple[int, int]) -> None:
    with suppress(OSError):
        found = path.lstat()
        if (found.st_dev, found.st_ino) == made:
            path.unlink()


def _failed(path: Path, error: OSError) -> StoreFailed:
    # "AF_UNIX path too long" comes without a number.
    if error.errno is None:
        return StoreFailed(
            f"{shown(path)} cannot be listened on: the path is too long for a socket",
            hint=f"name a shorter one, of {_LONGEST} bytes at most",
        )
    return StoreFailed(f"{shown(path)} cannot be listened on: {reason(error)}", hint=_elsewhere())
