"""`nexcred identity show`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.wire.vault import IdentityShape

EXAMPLES = (
    "nexcred identity show",
    "nexcred identity show --secret      # for NEXCRED_IDENTITY in CI: opens the vault without a passphrase",
)


def command(
    ctx: typer.Context,
    secret: Annotated[bool, typer.Option("--secret", help="Print the secret string, and nothing else.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    identity = vault.identity
    if secret:
        context.note_use("identity show")
    if json:
        shape: IdentityShape = {
            "public": identity.public_string,
            "fingerprint": identity.fingerprint.hex(),
            "vault_id": vault.vault_id.hex(),
            "full_name": vault.me.full_name,
            "role": vault.role,
        }
        if secret:
            shape["secret"] = identity.secret_string
        context.streams.json(shape)
        return
    context.streams.line(identity.secret_string if secret else identity.public_string)
