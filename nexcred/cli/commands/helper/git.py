"""`nexcred helper git`, which git calls (gitcredentials(7)); `git-credential-nexcred` is the same."""

from typing import Annotated

import typer

from nexcred.cli.actions.helper.git import act

EXAMPLES = (
    "git config --global credential.https://github.com.helper '!nexcred helper git'",
    "git config --global credential.https://git.example.com.helper '!nexcred helper git NAME'",
)


def command(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="[NAME] get|store|erase", help="The credential, and what git passes.")
    ],
) -> None:
    act(ctx.obj, words)
