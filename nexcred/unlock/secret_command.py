"""Asking a program of the user's for an identity or a passphrase, as a secret manager or a hardware key keeps it."""

import shlex
from collections.abc import Callable, Mapping

from nexcred.child.asked import NoSecret, ask_program
from nexcred.child.own_locale import without_own_locale
from nexcred.errors import Locked


def run_secret_command(name: str, command: str, environment: Mapping[str, str], tell: Callable[[str], None]) -> str:
    """Return the text that the command of a variable writes; `name` is the variable. Raises Locked.

    Its words are parted as a shell does, and no shell is started. Errors repeat nothing of the command, and nothing
    that it wrote.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        raise Locked(f"{name}: a quote in the command is not closed") from None
    if not words:
        raise Locked(f"{name} is set but empty", hint=f"give it a value, or unset {name}")
    try:
        written = ask_program(words, without_own_locale(dict(environment)), lambda line: tell(f"{name}: {line}"))
    except NoSecret as error:
        raise Locked(f"{name}: {error.message}", hint=error.hint) from None
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Locked(f"{name}: its program did not write UTF-8 text") from None
    if not text:
        raise Locked(f"{name}: its program wrote nothing")
    return text
