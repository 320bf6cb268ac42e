"""`nexcred vault recovery`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, WeakPassphrase
from nexcred.cli.dialogs.recovery import Reset, make_recovery_key, use_recovery_key
from nexcred.errors import UsageError

EXAMPLES = (
    "nexcred vault recovery                   # make one, and write it on paper",
    "nexcred vault recovery --use             # open the vault with it, and set a new lock",
    "nexcred vault recovery --use --new-passphrase-file new.txt < paper.txt",
)


def command(
    ctx: typer.Context,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the existing recovery key.")] = False,
    use: Annotated[bool, typer.Option("--use", help="Open the vault with the recovery key.")] = False,
    new_passphrase_file: Annotated[
        str | None, typer.Option("--new-passphrase-file", metavar="FILE", help="With --use: set this passphrase.")
    ] = None,
    keyring: Annotated[
        bool, typer.Option("--keyring", help="With --use: keep the key in the OS keyring again.")
    ] = False,
    weak: WeakPassphrase = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if use and replace:
        raise UsageError("--use and --replace do not go together", hint="use it first, then replace it")
    if not use and (new_passphrase_file is not None or keyring or weak):
        raise UsageError("--new-passphrase-file, --weak-passphrase and --keyring go with --use")
    if use:
        use_recovery_key(context, Reset(new_passphrase_file, keyring, weak), as_json=json)
    else:
        make_recovery_key(context, may_replace=replace, as_json=json)
