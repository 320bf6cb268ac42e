"""`python -I -S launcher.py PYTHON SOCKET ARGUMENT…`: run the program by the server, as if this process were it.

It imports next to nothing, since it is what is left of the price of a start: hence `_socket`, which has no types.
"""

import _socket
import marshal
import os
import signal
import sys

LANG = "C.UTF-8"
# What Python, the C library or the linker heed while a process starts, and a forked one would not.
_AT_START = ("PYTHON", "LD_", "LC_", "FAKETIME", "MALLOC_")


def is_plain(environment) -> bool:  # type: ignore[no-untyped-def]
    """True when the environment has nothing that only a true start heeds."""
    locale = environment.get("LC_ALL") or environment.get("LANG")
    return locale == LANG and not any(name.startswith(_AT_START) and name != "LC_ALL" for name in environment)


def ask(  # type: ignore[no-untyped-def]
    path: str,
    arguments: list[str],
    environment: dict[str, str],
    folder: str,
    descriptors: dict[int, int],
    *,
    has_terminal: bool = False,
):
    """Return the connection on which the program's number will be told, and how it ended.

    `descriptors` maps what the program is to have open to what that is here. Where it `has_terminal`, its standard
    input becomes the terminal of a session of its own.
    """
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect(path)
    umask = os.umask(0o077)
    os.umask(umask)
    request = marshal.dumps((arguments, environment, folder, umask, list(descriptors), has_terminal))
    rights = b"".join(number.to_bytes(4, sys.byteorder) for number in descriptors.values())
    connection.sendmsg([len(request).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
    connection.sendall(request)
    return connection


def number_from(connection) -> int:  # type: ignore[no-untyped-def]
    """Read one of the two numbers."""
    data = b""
    while len(data) < 8:
        piece = connection.recv(8 - len(data))
        if not piece:
            raise EOFError("the server of the test suite is gone")
        data += piece
    return int.from_bytes(data, "big", signed=True)


def main() -> None:
    """Run, pass signals on, and end as the program did; start the program truly where that makes a difference."""
    python, path, *arguments = sys.argv[1:]
    environment = dict(os.environ)
    descriptors = {number: number for number in range(64) if _is_open(number)}
    if not is_plain(environment) or not {0, 1, 2} <= descriptors.keys():
        os.execv(python, [python, "-m", "nexcred", *arguments])
    connection = ask(path, arguments, environment, os.getcwd(), descriptors)  # noqa: PTH109  pathlib would double the time
    pid = number_from(connection)
    for passed_on in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(passed_on, lambda number, _: os.kill(pid, number))
    status = number_from(connection)
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
