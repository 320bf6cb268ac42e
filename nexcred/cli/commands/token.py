"""`nexcred token`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Name
from nexcred.errors import UsageError
from nexcred.model.times import to_rfc3339
from nexcred.services.grants.token import Token, fresh_token
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.wire.credential import TokenShape

EXAMPLES = (
    'curl -H "$(nexcred token aha --header)" https://mycompany.aha.io/api/v1/me',
    "nexcred token aventri --json | jq -r .expires_at",
)


def command(
    ctx: typer.Context,
    name: Name,
    header: Annotated[bool, typer.Option("--header", help="The whole line of the header that carries it.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    credential = context.find(name)
    context.note_use("token", [credential])
    found = fresh_token(context.vault, credential, context.sessions, timeout_s=DEFAULT_TIMEOUT_S)
    if json:
        context.streams.json(_shape(found))
        return
    if header and not found.header:
        raise UsageError(f"the token of '{credential.name}' goes into no header")
    context.streams.raw((found.header if header else found.token).encode())
    if context.terminal.ttys.stdout:
        context.streams.raw(b"\n")


def _shape(found: Token) -> TokenShape:
    expires_at = to_rfc3339(found.expires_at) if found.expires_at else None
    return {"token": found.token, "header": found.header or None, "expires_at": expires_at}
