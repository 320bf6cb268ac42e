"""`nexcred get`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.model.reference import parse_reference
from nexcred.model.secret import Secret
from nexcred.services.values.get import serve_value

EXAMPLES = (
    "nexcred get aventri/api_key",
    'curl -H "Authorization: ApiKey $(nexcred get resci/api_key)" …',
)


def command(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="NAME/FIELD", help="A field of a credential.")],
) -> None:
    context: Context = ctx.obj
    wanted = parse_reference(reference)
    credential, value = serve_value(context.vault, wanted)
    context.note_use("get", [credential], [wanted.field])
    context.streams.raw(value.reveal_bytes() if isinstance(value, Secret) else str(value).encode())
    if context.terminal.ttys.stdout:
        context.streams.raw(b"\n")
