"""`nexcred update`."""

from dataclasses import replace
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import (
    AllowHost,
    AsJson,
    Description,
    Expires,
    Method,
    NoProbe,
    RotateEvery,
    SaveUnverified,
    Settings,
    Yes,
)
from nexcred.cli.dialogs.candidate import retry
from nexcred.cli.dialogs.pick_credential import named_or_picked
from nexcred.cli.dialogs.proving import Choices
from nexcred.cli.dialogs.retype import parse_map, retype
from nexcred.cli.dialogs.update import (
    UpdateFlags,
    asking_for_dashes,
    tell_updated,
    update_as_said,
    update_by_asking,
)
from nexcred.cli.input.chosen import choose_or_refuse, show_plan
from nexcred.cli.input.dates import parse_entered
from nexcred.errors import NotProved, UsageError
from nexcred.model.credential import Credential
from nexcred.model.name import is_pattern
from nexcred.model.text import make_visible
from nexcred.services.credentials.entered import rotator_of
from nexcred.services.credentials.many import Labels, means_many, update_labels
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred update aventri api_key        # asks for the key only; without a field, for every value",
    "nexcred update aventri --set api_key=env:NEW_KEY",
    "nexcred update hooks --connector stripe --map token=api_key",
)


def command(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="The credential; to label many, or say when they end, names or patterns."),
    ] = None,
    fields: Annotated[
        list[str] | None, typer.Argument(metavar="FIELD", help="At a terminal, ask for these fields only.")
    ] = None,
    settings: Settings = None,
    unset: Annotated[
        list[str] | None, typer.Option("--unset", metavar="FIELD", help="Remove the value of an optional field.")
    ] = None,
    method: Method = None,
    connector: Annotated[
        str | None, typer.Option("--connector", metavar="CONNECTOR", help="Make it a credential of this connector.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=FIELD", help="With --connector: which present field is which of that one's."
        ),
    ] = None,
    description: Description = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", "-t", metavar="TAG", help="Add a tag.")] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help="Remove a tag.")] = None,
    allow_host: AllowHost = None,
    expires: Expires = None,
    rotate_every: RotateEvery = None,
    rotator: Annotated[
        str | None,
        typer.Option("--rotator", metavar="NAME", help="What makes and revokes its keys: a credential; '' for none."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--retry", help="Prove the new value that was kept sealed, and switch to it.")
    ] = False,
    no_probe: NoProbe = False,
    save_unverified: SaveUnverified = False,
    yes: Yes = False,
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
        entered=parse_entered(expires, rotate_every, context.now()),
    )
    to = parse_map(connector, mapping or [])
    is_plain = name is not None and to is None
    if (
        name
        and is_plain
        and _is_for_many(context, name, fields or [], others, settings=settings, again=again or rotator is not None)
    ):
        _update_many(context, [name, *(fields or [])], others, yes=yes, json=json)
        return
    typed = UpdateFlags(tuple(settings or ()), tuple(fields or ()), others)
    said = asking_for_dashes(context, typed)
    choices = Choices(probe=not no_probe, save_unverified=save_unverified)
    if to is not None and (again or typed.asked):
        raise UsageError("--connector goes with --set, --map and --unset, and without --retry or a FIELD")
    if again and (said != UpdateFlags() or rotator is not None):
        raise UsageError("--retry goes with no other change", hint="run it by itself: nexcred update NAME --retry")
    if is_plain and rotator is None:
        _refuse_asking(context, said, again=again)
    credential = context.find(named_or_picked(context, name, "NAME", "update"))
    context.vault.require_writable()
    if rotator is not None:
        by = rotator_of(context.vault, credential, rotator)
        said = said._replace(others=replace(said.others, entered=said.others.entered._replace(rotator=by)))
        typed = typed._replace(others=said.others)
    context.note_use("update", [credential], _fields_of(credential, said))
    if to is not None:
        done = retype(context, credential, typed, to, choices)
    elif again:
        done = retry(context, credential, choices)
    elif said.asked or said == UpdateFlags():
        done = update_by_asking(context, credential, choices, said)
    else:
        done = update_as_said(context, credential, said, choices)
    tell_updated(context, credential, done, "updated", as_json=json)
    if done.is_kept:
        raise typer.Exit(NotProved.exit_code)


def _is_for_many(
    context: Context, name: str, fields: list[str], others: UpdateInput, *, settings: list[str] | None, again: bool
) -> bool:
    """True where names or patterns are given, and descriptions and tags alone; raise UsageError for values of many."""
    labels = UpdateInput(
        {}, description=others.description, tags=others.tags, untag=others.untag, entered=others.entered
    )
    has_labels_alone = others == labels != UpdateInput({}) and not settings and not again
    if not (is_pattern(name) or (has_labels_alone and fields)) or not means_many(context.vault, name, fields):
        return False
    if not has_labels_alone:
        raise UsageError(
            "values are changed one by one",
            hint="of many, only --description, --tag, --untag, --expires and --rotate-every are changed at once",
        )
    return True


def _update_many(context: Context, patterns: list[str], others: UpdateInput, *, yes: bool, json: bool) -> None:
    chosen = choose_or_refuse(context, patterns)
    context.vault.require_writable()
    show_plan(context, chosen, "Change all of them?", doing="updating several", yes=yes)
    labels = Labels(others.description, others.tags, others.untag, others.entered)
    updated = update_labels(context.vault, chosen.credentials, labels)
    changed = [new for new, old in zip(updated, chosen.credentials, strict=True) if new.revision != old.revision]
    context.note_use("update", changed)
    if json:
        context.streams.json([credential_shape(credential) for credential in updated])
        return
    for credential in changed:
        context.streams.line(make_visible(f"updated {credential.name}"))
    if not changed:
        context.streams.note("nothing changed")


def _refuse_asking(context: Context, said: UpdateFlags, *, again: bool) -> None:
    """Raise UsageError where somebody would have to be asked, and nobody can be."""
    if context.terminal.interactive or again:
        return
    if said.asked:
        raise UsageError(
            "there is no terminal to ask at", hint="give the field with --set FIELD=-, =@FILE or =env:VARIABLE"
        )
    if said == UpdateFlags():
        raise UsageError(
            "say what to change",
            hint="pass --set, --unset, --description, --tag, --untag, --method, --expires or the like",
        )


def _fields_of(credential: Credential, said: UpdateFlags) -> list[str]:
    """Return which of its fields are changed; what else was typed may be a value in the wrong place."""
    named = {setting.partition("=")[0] for setting in said.settings} | {*said.others.unset, *said.asked}
    return [field for field in (*credential.public, *credential.secret_fields) if field in named]
