"""`nexcred serve token revoke`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.local.service_tokens import ServiceTokens
from nexcred.services.vaults.opening import vault_id_of

EXAMPLES = (
    "nexcred serve token revoke etl                              # at once, for services that run too",
    "nexcred serve token list --json | jq -r '.[] | select(.ended) | .name' | xargs -n 1 nexcred serve token revoke",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The token, as the list has it.")],
) -> None:
    context: Context = ctx.obj
    vault_id = vault_id_of(context.store, context.anchors)  # which asks for no key
    ServiceTokens(context.state_folder, vault_id).remove(name)
    context.streams.note(f"revoked {name}")
