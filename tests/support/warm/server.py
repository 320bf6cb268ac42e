"""`python -m tests.support.warm.server SOCKET LIFELINE`: fork the program for whoever asks; end with the lifeline."""

import array
import fcntl
import gc
import importlib
import marshal
import os
import pkgutil
import random
import select
import socket
import sys
import termios
import time
import traceback
from contextlib import suppress
from typing import NamedTuple, NoReturn

import nexcred.__main__
import nexcred.cli.commands
import nexcred.vault.slot
from nexcred.connectors.load.index import known_systems
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.load.names import CATALOGUE, Folders

# Those that the program loads late, or through its libraries. Backends of keyring are not chosen by importing them.
_LATE = (
    "ahocorasick_rs",
    "cryptography.hazmat.backends.openssl.backend",
    "email.headerregistry",
    "encodings.idna",
    "encodings.utf_8_sig",
    "keyring.backends.SecretService",
    "msgspec",
    "nexcred.auth.bounded_jmespath",
    "nexcred.child.masking.relay",
    "nexcred.child.masking.route",
    "nexcred.child.start",
    "nexcred.child.witness",
    "nexcred.cli.actions.add_said",
    "nexcred.cli.actions.after_switch",
    "nexcred.cli.actions.run_beside",
    "nexcred.cli.actions.tell",
    "nexcred.cli.app.by_typer",
    "nexcred.cli.app.error_report",
    "nexcred.cli.app.other_vault",
    "nexcred.cli.app.typed_keys",
    "nexcred.cli.prompt.drawn_prompter",
    "nexcred.cli.prompt.questionary_asker",
    "nexcred.cli.render.probe",
    "nexcred.cli.terminal.standing",
    "nexcred.connectors.mended",
    "nexcred.http.connection",
    "nexcred.http.whole_response",
    "nexcred.local.used_connectors",
    "nexcred.oskeyring.backends",
    "nexcred.rotating.declared",
    "nexcred.services.notices.sender",
    "nexcred.services.notices.signed",
    "nexcred.services.proving.prober",
    "nexcred.services.provisioning.first_option",
    "nexcred.services.workspace",
    "nexcred.stores.local_copy.store",
    "nexcred.stores.locate",
    "nexcred.stores.s3.moving",
    "nexcred.stores.s3.store",
    "nexcred.stores.sqlite.change",
    "nexcred.vault.in_parts",
    "nexcred.vault.kept_names",
    "prompt_toolkit.input.vt100",
    "questionary",
    "resource",
    "rich.console",
    "rich.table",
    "typer._click.decorators",
    "urllib3.connection",
    "zxcvbn_rs_py",
)
# A guess of a passphrase costs no more than the least that a slot may have: its price is no subject of whole programs.
_TARGET_S = 0.0
# So many descriptors at most, and where they are out of the way of each other.
_MOST, _ASIDE = 64, 256


class Wanted(NamedTuple):
    """A run as it was asked for: `numbers` are what its `descriptors` are called there."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    umask: int
    numbers: list[int]
    has_terminal: bool
    descriptors: list[int]


def main(path: str, lifeline: int) -> None:
    """Serve until the other end of the lifeline is closed."""
    _import_all()
    nexcred.vault.slot.calibrate.__defaults__ = (_TARGET_S,)
    running: dict[int, tuple[int, socket.socket]] = {}
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(128)
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([listener.fileno(), lifeline, *running], [], [])
            for ended in running.keys() & ready:
                _tell_end(ended, *running.pop(ended))
            if lifeline in ready:
                return
            if listener.fileno() in ready:
                pid, connection = _started(listener)
                running[os.pidfd_open(pid)] = (pid, connection)


def _import_all() -> None:
    for module in pkgutil.walk_packages(nexcred.cli.commands.__path__, "nexcred.cli.commands."):
        importlib.import_module(module.name)
    for name in _LATE:
        importlib.import_module(name)
    # The types of connectors and the index are made of what is built in, once: a program keeps nothing else of these.
    load_connector("openai", Folders(CATALOGUE))
    known_systems(Folders(CATALOGUE))
    # None of this is garbage of a program, which would look at all of it, and so have a copy of its own of it.
    gc.collect()
    gc.freeze()


def _started(listener: socket.socket) -> tuple[int, socket.socket]:
    """Start the next program that is asked for, and tell its number at once."""
    connection, _ = listener.accept()
    wanted = _receive(connection)
    pid = os.fork()
    if pid == 0:
        _become(wanted)
    for descriptor in wanted.descriptors:
        os.close(descriptor)
    _tell(connection, pid)
    return pid, connection


def _tell_end(ended: int, pid: int, connection: socket.socket) -> None:
    os.close(ended)
    with connection:
        _tell(connection, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _tell(connection: socket.socket, number: int) -> None:
    with suppress(OSError):  # nobody waits for it any more
        connection.sendall(number.to_bytes(8, "big", signed=True))


def _receive(connection: socket.socket) -> Wanted:
    numbers = array.array("i")
    head, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_LEN(_MOST * numbers.itemsize))
    for _, _, data in ancillary:
        numbers.frombytes(data)
    left, pieces = int.from_bytes(head, "big"), []
    while left:
        pieces.append(connection.recv(min(left, 1 << 16)))
        left -= len(pieces[-1])
    arguments, environment, folder, umask, called, has_terminal = marshal.loads(b"".join(pieces))
    return Wanted(arguments, environment, folder, umask, called, has_terminal, list(numbers))


def _become(wanted: Wanted) -> NoReturn:
    """Be the program as if it had just been started."""
    try:
        aside = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, _ASIDE) for descriptor in wanted.descriptors]
        os.closerange(0, _ASIDE)
        for number, descriptor in zip(wanted.numbers, aside, strict=True):
            os.dup2(descriptor, number)
        os.closerange(_ASIDE, _ASIDE + _MOST)
        if wanted.has_terminal:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        # As Python makes them, anew: those that are there know what they were opened over, such as whether it can seek.
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", 1 if os.isatty(1) else -1, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        os.chdir(wanted.folder)
        os.umask(wanted.umask)
        os.environ.clear()
        os.environ.update(wanted.environment)
        time.tzset()
        random.seed()
        sys.argv[1:] = wanted.arguments
        nexcred.__main__.main()
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(255)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
