"""`nexcred vault init`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, WeakPassphrase
from nexcred.cli.dialogs.first_vault import offer_recovery_key, tell_tomorrow
from nexcred.cli.dialogs.new_vault import choose_founder, found_vault
from nexcred.errors import SchemaNotMade
from nexcred.wire.vault_changes import FoundedShape

EXAMPLES = (
    "nexcred vault init",
    "nexcred vault init --vault git+ssh://git@host/org/vault.git --organisation acme",
    "NEXCRED_PASSPHRASE_FILE=pass.txt nexcred vault init      # without a terminal",
)


def command(
    ctx: typer.Context,
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar="NAME", help="Whose vault it is [default].")
    ] = None,
    member: Annotated[
        str | None, typer.Option("--member", metavar="NAME", help="Your name in it [your login name].")
    ] = None,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Lock it with a passphrase, even if there is an OS keyring.")
    ] = False,
    weak: WeakPassphrase = False,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE", help="Open it by a new identity, written to a new file."),
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget-old", help="Make a new vault even if this machine remembers another one here.")
    ] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    founder = choose_founder(context, may_replace=forget, by_passphrase=passphrase, weak=weak, output=output)
    if forget:
        context.anchors.forget(context.store.location)
    try:
        vault = found_vault(context, founder, organisation=organisation, member=member)
    except SchemaNotMade as error:
        context.streams.raw(error.statements.encode())
        raise
    offer_recovery_key(context)
    if json:
        public = vault.identity.public_string
        shape: FoundedShape = {"location": context.store.location, "vault_id": vault.vault_id.hex(), "public": public}
        context.streams.json(shape)
    context.streams.note("add a first credential with: nexcred add")
    tell_tomorrow(context)
