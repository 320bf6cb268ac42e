"""`nexcred vault unlock`."""

from datetime import timedelta
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.input.durations import parse_span
from nexcred.errors import InvalidData
from nexcred.model.moments import minute
from nexcred.model.times import to_rfc3339
from nexcred.unlock import kernel_keyring
from nexcred.wire.vault_changes import UnlockedShape

EXAMPLES = (
    "nexcred vault unlock --for 8h      # in the Linux kernel, for 8 hours or until nexcred vault lock",
    "nexcred vault unlock --keyring     # in the OS keyring, until nexcred vault lock --keyring",
)
_FLAG = "--for"
_DEFAULT = "8h"


def command(
    ctx: typer.Context,
    span: Annotated[
        str | None, typer.Option(_FLAG, metavar="SPAN", help=f"For how long: 30m, 8h, 2d [{_DEFAULT}].")
    ] = None,
    keyring: Annotated[bool, typer.Option("--keyring", help="Keep the key in the OS keyring, for good.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    wanted = None if keyring and span is None else _checked(parse_span(_DEFAULT if span is None else span, _FLAG))
    vault = context.vault
    if keyring:
        context.keep_in_keyring(vault.identity)
    ends_at = None
    if wanted is not None:
        ends_at = kernel_keyring.keep(vault.identity, wanted, context.now())
        context.streams.note(
            f"the vault opens without asking until {minute(ends_at)}; end that sooner with: nexcred vault lock"
        )
    if json:
        until = None if ends_at is None else to_rfc3339(ends_at)
        shape: UnlockedShape = {"kernel_keyring_until": until, "os_keyring": keyring}
        context.streams.json(shape)


def _checked(span: timedelta) -> timedelta:
    if not timedelta(0) < span <= kernel_keyring.LONGEST:
        raise InvalidData(f"{_FLAG} takes up to {kernel_keyring.LONGEST.days} days, and more than nothing")
    return span
