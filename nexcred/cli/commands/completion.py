"""`nexcred completion`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.completion.scripts import SCRIPTS
from nexcred.errors import UsageError

EXAMPLES = (
    "source <(nexcred completion bash)        # in ~/.bashrc",
    "source <(nexcred completion zsh)         # in ~/.zshrc, after compinit",
    "nexcred completion fish | source         # in ~/.config/fish/config.fish",
)


def command(
    ctx: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="One of bash, zsh, fish.")],
) -> None:
    context: Context = ctx.obj
    if shell not in SCRIPTS:
        raise UsageError("there is no script for that shell", hint=f"it is one of: {', '.join(SCRIPTS)}")
    context.streams.raw(SCRIPTS[shell].encode())
