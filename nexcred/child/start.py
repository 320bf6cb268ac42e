"""Starting a program beside oneself."""

import marshal
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from nexcred.child.become import become
from nexcred.child.kernel import end_with
from nexcred.child.signals import Forwarder
from nexcred.errors import CommandNotFound, NexcredError, NotExecutable

_REFUSALS = {kind.code: kind for kind in (CommandNotFound, NotExecutable, NexcredError)}
_FAILED = 125


def start(
    command: Sequence[str], environment: Mapping[str, str], forwarder: Forwarder, *, arrange: Callable[[], None]
) -> int:
    """Return the number of the process that has become the command; raise what `become` raises.

    `arrange` is called in it before it does. It inherits what this process was handed, as the command alone would.
    """
    parent, (told, tell) = os.getpid(), os.pipe()
    program = os.fork()
    if program == 0:
        _be(command, environment, forwarder, parent, tell, arrange)
    os.close(tell)
    with os.fdopen(told, "rb") as file:
        refusal = file.read()
    if refusal:
        os.waitpid(program, 0)
        code, message, hint = marshal.loads(refusal)  # noqa: S302  from the same program, over a pipe of its own
        raise _REFUSALS[code](message, hint)
    return program


def _be(
    command: Sequence[str],
    environment: Mapping[str, str],
    forwarder: Forwarder,
    parent: int,
    tell: int,
    arrange: Callable[[], None],
) -> NoReturn:
    """Become the command, or tell why not and end."""
    try:
        arrange()
        end_with(parent)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # Python's: one may come before exec
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        forwarder.release()
        become(command, environment)
    except NexcredError as error:
        os.write(tell, marshal.dumps((error.code, error.message, error.hint)))
    except Exception as error:  # noqa: BLE001  the outermost edge of this process
        os.write(tell, marshal.dumps((NexcredError.code, f"internal error: {type(error).__name__}", "")))
    finally:
        os._exit(_FAILED)
