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
from nexcred.cli.dialogs.candidate import retry
from nexcred.cli.dialogs.proving import Choices
from nexcred.cli.dialogs.update import (
    UpdateFlags,
    asking_for_dashes,
    tell_updated,
    update_as_said,
    update_by_asking,
)
from nexcred.errors import NotProved, UsageError
from nexcred.model.credential import Credential
from nexcred.services.credentials.update import UpdateInput

EXAMPLES = (
    "nexcred update aventri api_key        # asks for the key only; without a field, for every value",
    "nexcred update aventri --set api_key=env:NEW_KEY",
    "nexcred update aventri --tag prod --untag test --description 'events, hourly'",
)


def command(
    ctx: typer.Context,
    name: Name,
    fields: Annotated[
        list[str] | None, typer.Argument(metavar="FIELD", help="At a terminal, ask for these fields only.")
    ] = None,
    settings: Settings = None,
    unset: Annotated[
        list[str] | None, typer.Option("--unset", metavar="FIELD", help="Remove the value of an optional field.")
    ] = None,
    method: Method = None,
    description: Description = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", "-t", metavar="TAG", help="Add a tag.")] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help="Remove a tag.")] = None,
    allow_host: AllowHost = None,
    again: Annotated[
        bool, typer.Option("--retry", help="Prove the new value that was kept sealed, and switch to it.")
    ] = False,
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
    said = asking_for_dashes(context, UpdateFlags(tuple(settings or ()), tuple(fields or ()), others))
    choices = Choices(probe=not no_probe, save_unverified=save_unverified)
    if again and said != UpdateFlags():
        raise UsageError("--retry goes with no other change", hint="run it by itself: nexcred update NAME --retry")
    _refuse_asking(context, said, again=again)
    credential = context.find(name)
    context.vault.require_writable()
    context.note_use("update", [credential], _fields_of(credential, said))
    if again:
        done = retry(context, credential, choices)
    elif said.asked or said == UpdateFlags():
        done = update_by_asking(context, credential, choices, said)
    else:
        done = update_as_said(context, credential, said, choices)
    tell_updated(context, credential, done, "updated", as_json=json)
    if done.is_kept:
        raise typer.Exit(NotProved.exit_code)


def _refuse_asking(context: Context, said: UpdateFlags, *, again: bool) -> None:
    """Raise UsageError where somebody would have to be asked, and nobody can be."""
    if context.terminal.interactive or again:
        return
    if said.asked:
        raise UsageError(
            "there is no terminal to ask at", hint="give the field with --set FIELD=-, =@FILE or =env:VARIABLE"
        )
    if said == UpdateFlags():
        raise UsageError("say what to change", hint="pass --set, --unset, --description, --tag, --untag or --method")


def _fields_of(credential: Credential, said: UpdateFlags) -> list[str]:
    """Return which of its fields are changed; what else was typed may be a value in the wrong place."""
    named = {setting.partition("=")[0] for setting in said.settings} | {*said.others.unset, *said.asked}
    return [field for field in (*credential.public, *credential.secret_fields) if field in named]
