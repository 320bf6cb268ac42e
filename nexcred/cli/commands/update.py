"""`nexcred update`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import (
    AllowHost,
    AsJson,
    Description,
    Method,
    Name,
    NoProbe,
    SaveUnverified,
    Settings,
)
from nexcred.cli.dialogs.proving import Choices
from nexcred.cli.dialogs.update import UpdateFlags, update_as_said, update_by_asking
from nexcred.cli.render.credential import saved_line
from nexcred.errors import UsageError
from nexcred.model.credential import Credential
from nexcred.services.credentials.update import UpdateInput
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred update aventri",
    "nexcred update aventri --set api_key=env:NEW_KEY",
    "nexcred update aventri --tag prod --untag test --description 'events, hourly'",
)


def command(
    ctx: typer.Context,
    name: Name,
    settings: Settings = None,
    unset: Annotated[
        list[str] | None, typer.Option("--unset", metavar="FIELD", help="Remove the value of an optional field.")
    ] = None,
    method: Method = None,
    description: Description = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Add a tag.")] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help="Remove a tag.")] = None,
    allow_host: AllowHost = None,
    no_probe: NoProbe = False,
    save_unverified: SaveUnverified = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    others = UpdateInput(
        {},
        unset=tuple(unset or ()),
        method=method,
        description=description,
        tags=tuple(tag or ()),
        untag=tuple(untag or ()),
        allow_hosts=tuple(allow_host or ()),
    )
    said = UpdateFlags(tuple(settings or ()), others)
    choices = Choices(probe=not no_probe, save_unverified=save_unverified)
    credential = context.find(name)
    context.vault.require_writable()
    context.note_use("update", [credential], _fields_of(credential, said))
    if said != UpdateFlags():
        saved, warnings = update_as_said(context, credential, said, choices)
    elif context.terminal.interactive:
        saved, warnings = update_by_asking(context, credential, choices)
    else:
        raise UsageError("say what to change", hint="pass --set, --unset, --description, --tag, --untag or --method")
    for warning in warnings:
        context.streams.warn(warning)
    if json:
        context.streams.json(credential_shape(saved))
    elif saved.revision == credential.revision:
        context.streams.note("nothing changed")
    else:
        context.streams.line(saved_line("updated", saved))


def _fields_of(credential: Credential, said: UpdateFlags) -> list[str]:
    """Return which of its fields are changed; what else was typed may be a value in the wrong place."""
    named = {setting.partition("=")[0] for setting in said.settings} | set(said.others.unset)
    return [field for field in (*credential.public, *credential.secret_fields) if field in named]
