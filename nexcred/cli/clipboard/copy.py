"""Put a value into the clipboard, by whichever way leads there."""

import json
import os
import select
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from secrets import token_hex

from nexcred.cli.clipboard import holder
from nexcred.cli.clipboard.ways import ByPrograms, ByTerminal, Way, find_way
from nexcred.errors import InvalidData, NexcredError
from nexcred.model.own_programs import find_program, for_own_program

# Beyond, xterm and others drop the whole sequence without a word: 100,000 characters of base64.
_LARGEST_FOR_TERMINAL = 74_994
_HINT = "without -c the value goes to standard output"
_TELLS = {
    holder.MISSING: "{program} cannot be started",
    holder.HUNG: f"{{program}} did not take it within {holder.PATIENCE_S:g} s",
    holder.FAILED: "{program} failed",
}


def copy(value: bytes, environment: Mapping[str, str], *, hold_s: int) -> str:
    """Copy it, and return what becomes of it, for the person to know; raise NexcredError, InvalidData.

    The value goes through pipes and to the terminal alone. What holds it clears it after `hold_s` seconds.
    """
    if b"\0" in value or not _is_text(value):
        raise InvalidData("it is no text, and a clipboard takes text alone", hint=_HINT)
    which = partial(find_program, environment=environment)
    way = find_way(environment, sys.platform, which, is_ascii=value.isascii())
    if way is None:
        raise NexcredError("there is no clipboard here: no program for one, and no terminal that has one", hint=_HINT)
    own = {name: text for name, text in for_own_program(environment).items() if not name.startswith("NEXCRED_")}
    return _by(way, value, own, hold_s)


def _is_text(value: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        value.decode()
        return True
    return False


def _by(way: Way, value: bytes, environment: Mapping[str, str], hold_s: int) -> str:
    if isinstance(way, ByPrograms):
        _by_programs(way, value, environment, hold_s)
        return f"cleared after {hold_s} s, unless something else was copied by then"
    if len(value) > _LARGEST_FOR_TERMINAL:
        raise NexcredError(f"a terminal takes no more than {_LARGEST_FOR_TERMINAL:,} bytes", hint=_HINT)
    _by_terminal(way, value, environment)
    return "sent to the terminal (OSC 52), whose clipboard nexcred cannot clear: copy something else afterwards"


def _by_programs(way: ByPrograms, value: bytes, environment: Mapping[str, str], hold_s: int) -> None:
    plan = {"copies": way.copies, "clears": way.clears, "reads": way.reads, "hold_s": hold_s, "size": len(value)}
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-S", holder.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(json.dumps(plan).encode() + b"\n")
        pipe.write(value)
    with process.stdout as told:
        patience_s = (len(way.copies) + 1) * holder.PATIENCE_S
        outcome = told.readline().decode().strip() if select.select([told], [], [], patience_s)[0] else holder.HUNG
    if outcome != holder.COPIED:
        why = _TELLS.get(outcome, _TELLS[holder.FAILED]).format(program=way.copies[-1][0])
        raise NexcredError(f"the clipboard of {way.title} cannot be reached: {why}", hint=_HINT)


def _by_terminal(way: ByTerminal, value: bytes, environment: Mapping[str, str]) -> None:
    if way.inside_tmux:
        # Its own buffers are a history: this one is taken away again.
        buffer = f"nexcred-{token_hex(8)}"
        _run_tmux(["tmux", "load-buffer", "-b", buffer, "-w", "-"], value, environment)
        _run_tmux(["tmux", "delete-buffer", "-b", buffer], b"", environment)
        return
    try:
        terminal = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        raise NexcredError("there is no clipboard here: no program for one, and no terminal", hint=_HINT) from None
    try:
        _write_all(terminal, b"\x1b]52;c;" + b64encode(value) + b"\x07")
    finally:
        os.close(terminal)


def _run_tmux(command: list[str], value: bytes, environment: Mapping[str, str]) -> None:
    try:
        subprocess.run(  # noqa: S603
            command,
            input=value,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=holder.PATIENCE_S,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise NexcredError(_TELLS[holder.HUNG].format(program="tmux"), hint=_HINT) from None
    except (OSError, subprocess.SubprocessError):
        raise NexcredError("tmux cannot pass it on: that takes version 3.2 or later", hint=_HINT) from None


def _write_all(terminal: int, data: bytes) -> None:
    """Write to a terminal that may have been stopped, which then is told and not waited for."""
    while data:
        if not select.select([], [terminal], [], holder.PATIENCE_S)[1]:
            raise NexcredError("the terminal does not take it", hint=_HINT)
        data = data[os.write(terminal, data) :]
