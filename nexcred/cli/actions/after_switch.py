"""The user's own command after a switch, `[after.switch]` of `config.toml`: run with the credential, as `run` does."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from nexcred.cli.actions.run_beside import lend
from nexcred.cli.app.context import Context
from nexcred.errors import NexcredError
from nexcred.model.credential import Credential
from nexcred.services.provisioning.environment import Environment, provision
from nexcred.services.provisioning.first_option import with_options
from nexcred.unlock.sources import without_unlocking


def delivery_of(context: Context, credential: Credential) -> Callable[[], str] | None:
    """Return what runs the command and says why it failed, "" where it did not; None where there is none."""
    words = context.user_settings.after_switch.get(credential.name)
    return None if words is None else lambda: _run(context, credential, list(words))


def _run(context: Context, credential: Credential, words: list[str]) -> str:
    """Run it without a shell; what it prints goes to standard error, since standard output is this command's own."""
    from nexcred.child.masked import run_masked  # which few need, as what follows
    from nexcred.child.own_locale import without_own_locale
    from nexcred.local.settings_file import settings_path

    path = settings_path()
    folder = None if path is None else path.parent
    try:
        provided = provision(context.vault, [credential.name], {})
        environment = provided.on_top_of(without_own_locale(without_unlocking(context.environment)))
        with ExitStack() as stack:
            if provided.files:
                environment = lend(stack, environment, provided)
                words = with_options(words, provided.files, environment)
            program = _program(words[0], folder, environment)
            if program is None:
                return f"there is no program '{words[0]}'"
            context.note_use("run", [credential], [field for _, field in provided.used])
            _warn_of_short(context, provided)
            return run_masked([program, *words[1:]], environment, folder, provided.secrets, _writer(context))
    except (NexcredError, OSError) as error:
        return error.message if isinstance(error, NexcredError) else (error.strerror or "it cannot be run").lower()


def _program(word: str, folder: Path | None, environment: dict[str, str]) -> str | None:
    """Return its whole path, None where there is none; a relative one begins where the settings are.

    What lies in the folder that one happens to be in may be anybody's.
    """
    from nexcred.model.own_programs import find_program

    is_path = len(Path(word).parts) > 1 or word.startswith(".")
    return find_program(str(folder / word) if is_path and folder is not None else word, environment)


def _writer(context: Context) -> Callable[[bytes], None]:
    stderr = context.streams.stderr
    stderr.flush()

    def write(data: bytes) -> None:
        stderr.buffer.write(data)
        stderr.buffer.flush()

    return write


def _warn_of_short(context: Context, provided: Environment) -> None:
    from nexcred.child.masking.forms import SHORTEST

    if any(len(secret) < SHORTEST for secret in provided.secrets):
        context.streams.warn(f"a secret of fewer than {SHORTEST} bytes is not masked in what [after.switch] prints")
