"""A new passphrase for a vault: typed twice, or given by a file or variable; one that is easily guessed needs a yes."""

from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.passphrase import WEAK, ask_new_passphrase, can_ask, confirm_weak
from nexcred.errors import InvalidData, UsageError
from nexcred.model.line_end import without_line_end
from nexcred.model.secret import Secret
from nexcred.unlock.new_passphrase import check_new, is_weak
from nexcred.unlock.secret_file import read_secret_file

FILE_FLAG = "--new-passphrase-file"
WEAK_FLAG = "--weak-passphrase"


def new_passphrase_of(context: Context, file: str | None, *, weak: bool) -> Secret:
    """Read it from a file, or ask for it; raise UsageError where nobody can be asked, InvalidData for a bad one."""
    if file is not None:
        return new_passphrase_in(context, file, weak=weak)
    if not can_ask(context.terminal):
        raise UsageError(
            "there is no terminal to ask for the new passphrase", hint=f"give it in a file: {FILE_FLAG} FILE"
        )
    return typed_passphrase(context, weak=weak)


def new_passphrase_in(context: Context, file: str, *, weak: bool) -> Secret:
    """Read it from a file; raise Locked for one that cannot be read, InvalidData for a passphrase that will not do."""
    read = Secret(without_line_end(read_secret_file(Path(file), FILE_FLAG)))
    return given_passphrase(context, read, FILE_FLAG, WEAK_FLAG, weak=weak)


def typed_passphrase(context: Context, *, weak: bool) -> Secret:
    """Ask for it; only where `can_ask` says so."""
    return Secret(ask_new_passphrase(context.terminal, context.streams, weak=weak))


def given_passphrase(context: Context, passphrase: Secret, source: str, way: str, *, weak: bool) -> Secret:
    """Return a given one when it will do; `way` is how to take a weak one where nobody is asked. Raises InvalidData."""
    text = str(passphrase.reveal())
    try:
        check_new(text)
    except InvalidData as error:
        raise InvalidData(f"{source}: {error.message}") from None
    if weak or not is_weak(text):
        return passphrase
    if can_ask(context.terminal):
        context.streams.warn(f"{source}: {WEAK}")
        if confirm_weak(context.terminal):
            return passphrase
    raise InvalidData(f"{source}: {WEAK}", hint=f"take four random words, or use it all the same with: {way}")
