"""`nexcred vault passphrase`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.errors import UsageError
from nexcred.model.line_end import without_line_end
from nexcred.model.secret import Secret
from nexcred.services.vaults.opening import slots_of
from nexcred.services.vaults.slots import change_passphrase
from nexcred.unlock.secret_file import read_secret_file
from nexcred.vault.slot import PASSPHRASE_KIND

EXAMPLES = (
    "nexcred vault passphrase",
    "nexcred vault passphrase --new-passphrase-file new.txt      # without a terminal",
)
_FLAG = "--new-passphrase-file"


def command(
    ctx: typer.Context,
    file: Annotated[
        str | None, typer.Option(_FLAG, metavar="FILE", help="Read the new passphrase from this file.")
    ] = None,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    passphrase = Secret(without_line_end(read_secret_file(Path(file), _FLAG)) if file is not None else _ask(context))
    had_one = bool(slots_of(context.store, PASSPHRASE_KIND))
    change_passphrase(vault, passphrase)
    context.streams.note(
        "changed the passphrase; older copies of the vault still open with the old one"
        if had_one
        else "the vault opens with a passphrase too"
    )


def _ask(context: Context) -> str:
    from nexcred.cli.prompt.passphrase import ask_new_passphrase, can_ask

    if not can_ask(context.terminal):
        raise UsageError("there is no terminal to ask for the new passphrase", hint=f"give it in a file: {_FLAG} FILE")
    return ask_new_passphrase(context.terminal, context.streams)
