"""Print a fresh access token."""

from typing import TYPE_CHECKING

from nexcred.cli.app.context import Context
from nexcred.errors import UsageError
from nexcred.model.times import to_rfc3339
from nexcred.services.grants.token import Token, fresh_token
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S

if TYPE_CHECKING:
    from nexcred.wire.token import TokenShape


def act(context: Context, name: str, *, header: bool = False, json: bool = False) -> None:
    """Write exactly the token, or the line of the `header` that carries it; a line end only for a terminal."""
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


def _shape(found: Token) -> "TokenShape":
    expires_at = to_rfc3339(found.expires_at) if found.expires_at else None
    return {"token": found.token, "header": found.header or None, "expires_at": expires_at}
