"""`nexcred add`."""

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
    Private,
    RotateEvery,
    SaveUnverified,
    Settings,
)
from nexcred.cli.dialogs.add import Added, add_as_given, add_by_asking, find_present, is_ready
from nexcred.cli.dialogs.new_vault import has_vault
from nexcred.cli.dialogs.proving import Choices
from nexcred.cli.input.dates import parse_entered
from nexcred.cli.input.values import field_finder, read_body, read_values, secrecy_said
from nexcred.cli.prompt.credential import CredentialInput
from nexcred.cli.render.credential import saved_line
from nexcred.cli.render.default_sharing import tell_shared, tell_sharing
from nexcred.connectors.key_owner import owners_of_key
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import choose_method, is_asked
from nexcred.errors import MissingField, NotProved, Problem, UsageError
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.nexla.lookup import translate
from nexcred.probing.outcome import login_due, warning_for
from nexcred.services.vaults.recipients import Recipients, find_recipients
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred add aventri",
    "nexcred add resci prod-resci --set api_key=env:RESCI_KEY --tag prod",
    "pass show aventri | nexcred add aventri --set account_id=4711 --set api_key=- --replace",
)


def command(
    ctx: typer.Context,
    connector: Annotated[
        str | None, typer.Argument(metavar="CONNECTOR", help="The system: see nexcred connectors list.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="What to call it [the connector's name]."),
    ] = None,
    method: Method = None,
    settings: Settings = None,
    description: Description = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", "-t", metavar="TAG", help="A tag; repeatable.")] = None,
    body: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE|-", help="Read one body of POST /data_credentials, as JSON."),
    ] = None,
    allow_host: AllowHost = None,
    expires: Expires = None,
    rotate_every: RotateEvery = None,
    if_missing: Annotated[
        bool,
        typer.Option(
            "--if-missing", help="If it is there already, with this connector and method, leave it as it is: exit 0."
        ),
    ] = False,
    replace_: Annotated[
        bool,
        typer.Option("--replace", help="If it is there already, with this connector, update it with what is given."),
    ] = False,
    no_probe: NoProbe = False,
    save_unverified: SaveUnverified = False,
    private: Private = False,
    share_with: Annotated[
        list[str] | None,
        typer.Option(
            "--share-with", metavar="WHO", help="Share it at once: a member, by name or fingerprint, or a team."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    for word in filter(None, (connector, name)):
        _refuse_key(word)
    given = CredentialInput(connector, name, method, description, tuple(tag or ()), tuple(allow_host or ()))
    if if_missing and replace_:
        raise UsageError("--if-missing leaves what is there as it is, --replace updates it: pass one of them")
    recipients = _recipients(context, share_with, private=private)
    request, problems = _gather(context, given, settings or [], body)
    entered = parse_entered(expires, rotate_every, context.now())
    choices = Choices(
        probe=not no_probe,
        save_unverified=save_unverified,
        private=private,
        recipients=recipients,
        entered=entered,
    )
    present = None
    if if_missing or replace_:
        present = find_present(context, _with_connector(request), is_for_update=replace_)
    if present is not None and replace_:
        _replace(context, present, request, problems, choices, as_json=json)
        return
    if present is not None:
        _tell_present(context, present, as_json=json)
        return
    is_first = not has_vault(context)
    if context.terminal.interactive and not problems and _is_incomplete(request):
        added = add_by_asking(context, request, choices)
    else:
        added = add_as_given(context, _with_connector(request), problems, choices)
    _tell(context, added, as_json=json)
    _tell_same_secret(context, added)
    tell_sharing(context, [added.credential], recipients)
    if is_first and context.terminal.interactive:
        from nexcred.cli.dialogs.first_vault import offer_recovery_key, tell_tomorrow  # once in the life of a vault

        offer_recovery_key(context)  # what was typed is kept by now
        tell_tomorrow(context)


def _refuse_key(word: str) -> None:
    """Raise UsageError for a key where a name belongs, without repeating it."""
    if owners := owners_of_key(word):
        one, _ = owners[0]
        raise UsageError(
            f"that looks like a key of {one.title}, which now stands in your shell's history",
            hint=f"have it revoked; keys are asked for, or read by --set FIELD=-: nexcred add {one.name}",
        )


def _recipients(context: Context, said: list[str] | None, *, private: bool) -> Recipients:
    """Find them before anything is read or asked; raise MemberNotFound, UsageError, VaultNotFound."""
    if not said:
        return Recipients()
    if private:
        raise UsageError("--private keeps it to yourself, --share-with shares it: pass one of them")
    return find_recipients(context.vault, said)


def _gather(
    context: Context, given: CredentialInput, settings: list[str], body: str | None
) -> tuple[CredentialInput, tuple[Problem, ...]]:
    """Join the flags with the body; what stands on the command line wins, but for the connector: it must agree."""
    values: dict[str, object] = {}
    if body is not None:
        said = read_body(context, body)
        of, translated = translate(said)
        if given.connector not in (None, of.name):
            raise UsageError(f"the body is of '{of.name}', the command line says '{given.connector}'")
        _tell_left_out(context, translated.left_out)
        values = translated.values
        given = replace(
            given,
            connector=of.name,
            method=given.method if given.method is not None else translated.method,
            tags=given.tags or said.tags,
            name=given.name if given.name is not None else said.name,
            description=given.description if given.description is not None else said.description,
            secrecy=dict.fromkeys(said.public, False),
        )
    if given.connector is None:
        if settings:
            raise _no_connector()
        return given, ()
    connector = load_connector(given.connector)
    secrecy = secrecy_said(settings)
    set_values, problems = read_values(context, settings, field_finder(connector, given.method, secrecy))
    in_body = {name: is_secret for name, is_secret in given.secrecy.items() if name not in set_values}
    return replace(given, values={**values, **set_values}, secrecy={**in_body, **secrecy}), problems


def _tell_left_out(context: Context, names: tuple[str, ...]) -> None:
    if names:
        context.streams.note(f"left out, since it has nothing to do with access: {', '.join(names)}")


def _is_incomplete(request: CredentialInput) -> bool:
    """True when something that must be known was not given."""
    if request.connector is None:
        return True
    method = choose_method(load_connector(request.connector), request.values.keys(), request.method)
    known = {field.name for field in map(method.find, request.values) if field}
    if method.free_fields and not request.values:
        return True
    return any(
        field.required and field.default is None and field.name not in known and is_asked(field, request.values, method)
        for field in method.fields
    )


def _with_connector(request: CredentialInput) -> CredentialInput:
    if request.connector is None:
        raise _no_connector()
    return request


def _no_connector() -> MissingField:
    return MissingField(
        "CONNECTOR is missing",
        hint="see them with: nexcred connectors list",
        problems=(Problem("connector", "is required", "CONNECTOR"),),
    )


def _replace(
    context: Context,
    present: Credential,
    request: CredentialInput,
    problems: tuple[Problem, ...],
    choices: Choices,
    *,
    as_json: bool,
) -> None:
    from nexcred.cli.dialogs.replacing import replace_present, tell_updated  # all that changes values
    from nexcred.services.vaults.share import require_sharer

    if choices.recipients != Recipients():
        require_sharer(context.vault, present, choices.recipients)
    context.note_use("update", [present], [name for name in request.values if name in _fields_of(present)])
    done = replace_present(context, present, request, problems, choices)
    if choices.recipients != Recipients():
        _share_present(context, done.credential, choices.recipients)
    if not done.is_kept and done.credential.revision == present.revision:
        _tell_present(context, present, as_json=as_json)
        return
    tell_updated(context, present, done, "updated", as_json=as_json)
    if done.is_kept:
        raise typer.Exit(NotProved.exit_code)


def _share_present(context: Context, present: Credential, recipients: Recipients) -> None:
    """Share what was there with those of them who do not hold it yet."""
    from nexcred.services.vaults.share import share

    for one in share(context.vault, [context.vault.find(present.name)], recipients):
        tell_shared(context, one.credential.name, one.named)


def _fields_of(credential: Credential) -> tuple[str, ...]:
    return (*credential.public, *credential.secret_fields)


def _tell_present(context: Context, present: Credential, *, as_json: bool) -> None:
    if as_json:
        context.streams.json(credential_shape(present))
    else:
        context.streams.note(f"'{present.name}' is there already, and unchanged")


def _tell_same_secret(context: Context, added: Added) -> None:
    """Name the others with the same secret: whoever has one has both, and both are replaced at once.

    Not across a network, where each that is opened costs a round trip.
    """
    if context.store.path is None:
        return
    from nexcred.services.importing.same_secrets import places_with_same

    name = added.credential.name
    same = places_with_same(context.vault, name, added.new.details.fields)
    if same:
        context.streams.warn(make_visible(f"'{name}' holds the same secret as {', '.join(same)}"))


def _tell(context: Context, added: Added, *, as_json: bool) -> None:
    warning = warning_for(added.result, added.new.connector, added.new.method)
    if warning and added.told:
        warning = f"saved, not verified: ask once more with: nexcred probe {shell_word(added.credential.name)}"
    if not is_ready(added.new):
        warning = login_due(added.credential.name)
    if warning:
        context.streams.warn(warning)
    if as_json:
        context.streams.json(credential_shape(added.credential))
        return
    context.streams.line(saved_line("added", added.credential))
