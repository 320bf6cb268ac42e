"""Run a command beside this process, which has something left to do afterwards: files to take away, secrets to mask."""

import os
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

from nexcred.child.descriptors import handed_over, lead_nowhere, let_go_of
from nexcred.child.kernel import become_unseen
from nexcred.child.signals import Forwarder, be_ended_by_signals, end_as
from nexcred.child.start import start
from nexcred.cli.app.context import Context
from nexcred.errors import StoreFailed
from nexcred.services.provisioning.environment import Environment
from nexcred.services.provisioning.first_option import with_options

if TYPE_CHECKING:
    from nexcred.child.masking.relay import Relay

_STDIN, _STDOUT = 0, 1
_CANNOT_WRITE = 1


def run_beside(
    context: Context, words: list[str], environment: dict[str, str], provided: Environment, *, mask: bool
) -> int:
    """Run it with files that are gone when it ends; signals are held back first, so that none leaves them behind."""
    inherited = handed_over()
    become_unseen()
    relay = _masking(context, provided) if mask else None
    with Forwarder() as forwarder, ExitStack() as stack:
        if provided.files:
            environment = lend(stack, environment, provided)
            words = with_options(words, provided.files, environment)
        program = start(words, environment, forwarder, arrange=relay.enter if relay else _as_it_is)
        # The program has them: they are not to look open when it closes them.
        let_go_of(inherited)
        lead_nowhere(_STDIN, *(() if relay else (_STDOUT,)))
        if relay is None:
            code = forwarder.wait_for(program)
        else:
            relay.start()
            code = forwarder.wait_for(program, on_resize=relay.resize)
        be_ended_by_signals()
    return end_as(code if relay is None else _finish(context, relay, code))


def _as_it_is() -> None:
    """Leave the streams of the program as they are."""


def lend(stack: ExitStack, environment: dict[str, str], provided: Environment) -> dict[str, str]:
    """Write the files, gone when the stack is left; return the environment with the variables that name them."""
    from nexcred.child.temporary_files import TemporaryFiles

    try:
        files = stack.enter_context(TemporaryFiles(environment))
    except OSError:
        raise StoreFailed(
            "there is no folder for the files that the command is handed",
            hint="set TMPDIR or XDG_RUNTIME_DIR to one that you may write to",
        ) from None
    variables = {}
    for variable, file in provided.files.items():
        path = files.write(file.name, file.write(files.folder))
        variables[variable] = str(path.parent if file.in_folder else path)
    return environment | variables


def _masking(context: Context, provided: Environment) -> "Relay":
    from nexcred.child.masking.forms import SHORTEST
    from nexcred.child.masking.relay import Relay
    from nexcred.child.masking.route import routes

    if any(len(secret) < SHORTEST for secret in provided.secrets):
        context.streams.warn(f"a secret of fewer than {SHORTEST} bytes is not masked")
    return Relay(routes(provided.secrets))


def _finish(context: Context, relay: "Relay", code: int) -> int:
    """Copy what is left, and return the code of a command that had its output refused where nexcred had it."""
    relay.finish()
    if relay.failure is not None:
        context.streams.error(
            f"the command's output cannot be written: {os.strerror(relay.failure.errno or 0).lower()}"
        )
        return code if code > 0 else _CANNOT_WRITE
    return -signal.SIGPIPE if relay.lost_its_reader and code == 0 else code
