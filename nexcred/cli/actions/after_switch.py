"""The user's own command after a switch, `[after.switch]` of `config.toml`: run with the credential, as `run` does."""

import signal
import subprocess
from collections.abc import Callable
from contextlib import ExitStack

from nexcred.child.own_locale import without_own_locale
from nexcred.cli.actions.run_beside import lend
from nexcred.cli.app.context import Context
from nexcred.errors import NexcredError
from nexcred.model.credential import Credential
from nexcred.model.own_programs import find_program
from nexcred.services.provisioning.environment import provision
from nexcred.services.provisioning.first_option import with_options
from nexcred.unlock.sources import without_unlocking


def delivery_of(context: Context, credential: Credential) -> Callable[[], str] | None:
    """Return what runs the command and says why it failed, "" where it did not; None where there is none."""
    words = context.user_settings.after_switch.get(credential.name)
    return None if words is None else lambda: _run(context, credential, list(words))


def _run(context: Context, credential: Credential, words: list[str]) -> str:
    """Run it without a shell; what it prints goes to standard error, since standard output is this command's own."""
    try:
        provided = provision(context.vault, [credential.name], {})
        environment = provided.on_top_of(without_own_locale(without_unlocking(context.environment)))
        with ExitStack() as stack:
            if provided.files:
                environment = lend(stack, environment, provided)
                words = with_options(words, provided.files, environment)
            program = find_program(words[0], environment)
            if program is None:
                return f"there is no program '{words[0]}'"
            context.note_use("run", [credential], [field for _, field in provided.used])
            ended = subprocess.run(  # noqa: S603  the user's own
                [program, *words[1:]],
                stdin=subprocess.DEVNULL,
                stdout=context.streams.stderr,
                env=environment,
                check=False,
            )
    except (NexcredError, OSError) as error:
        return error.message if isinstance(error, NexcredError) else (error.strerror or "it cannot be run").lower()
    if ended.returncode < 0:
        return f"it was ended by {signal.Signals(-ended.returncode).name}"
    return f"it ended with {ended.returncode}" if ended.returncode else ""
