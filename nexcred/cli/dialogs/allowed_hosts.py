"""Asking at a terminal whether a credential may go to a host that its connector does not name."""

from collections.abc import Callable
from typing import TypeVar

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.prompter import Tone
from nexcred.errors import HostRefused

Prepared = TypeVar("Prepared")


def ask_until_allowed(
    context: Context, hosts: tuple[str, ...], prepare: Callable[[tuple[str, ...]], Prepared]
) -> Prepared:
    """Return what `prepare` makes of the allowed hosts; each that it refuses is asked about once.

    Raises HostRefused where nobody can be asked, or the answer is no.
    """
    while True:
        try:
            return prepare(hosts)
        except HostRefused as error:
            hosts = (*hosts, confirm_host(context, error))


def confirm_host(context: Context, error: HostRefused) -> str:
    """Return the host if the user allows it at a terminal; else raise the error again."""
    if not error.authority or not context.terminal.interactive:
        raise error
    context.prompter.tell(error.message, Tone.CAREFUL)
    if not context.prompter.confirm(f"Allow {error.authority} for this credential?"):
        raise error
    return error.authority
