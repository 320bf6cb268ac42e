"""`nexcred vault join`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, WeakPassphrase
from nexcred.cli.dialogs.join import JoinedVault, join
from nexcred.cli.render.member import fingerprint_text
from nexcred.wire.vault_changes import JoinedShape

EXAMPLES = (
    "nexcred vault join NEXCRED-JOIN-1…",
    "nexcred vault join NEXCRED-JOIN-1… --name team -o team.identity --yes",
)


def command(
    ctx: typer.Context,
    line: Annotated[str, typer.Argument(metavar="LINE", help="What nexcred vault invite printed for an owner.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What you call the vault [after its place].")
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Write the new identity to a new file.")
    ] = None,
    weak: WeakPassphrase = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask: the place in the line is where you were invited to.")
    ] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    joined = join(context, line, name=name, output=output, weak=weak, yes=yes)
    if json:
        context.streams.json(_shape(joined, output))
    else:
        context.streams.line(joined.command)
    note = context.streams.note
    note(f"{joined.name} is {joined.invitation.url}, vault {joined.invitation.checkpoint.vault_id.hex()}")
    note(joined.told)
    note(f"fingerprint {fingerprint_text(joined.identity.fingerprint)}: an owner of the vault compares it with you")
    note(f"send an owner the command above; when it has run: nexcred list --vault {joined.name}")


def _shape(joined: JoinedVault, output: str | None) -> JoinedShape:
    return {
        "name": joined.name,
        "url": joined.invitation.url,
        "vault_id": joined.invitation.checkpoint.vault_id.hex(),
        "public": joined.identity.public_string,
        "fingerprint": joined.identity.fingerprint.hex(),
        "command": joined.command,
        "kept_by": joined.kept_by,
        "file": output,
    }
