"""Add what the flags, a body and the answers say."""

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.add import Added, add_as_given, add_by_asking, begin_by_spec, find_present
from nexcred.cli.dialogs.add_begun import Begun
from nexcred.cli.dialogs.proving import Choices
from nexcred.cli.dialogs.vault_at_hand import has_vault
from nexcred.cli.input.dates import parse_entered
from nexcred.cli.input.new_credential import CredentialInput
from nexcred.cli.input.values import field_finder, read_body, read_values, secrecy_said
from nexcred.cli.render.credential import saved_line
from nexcred.cli.render.default_sharing import tell_shared, tell_sharing
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import choose_method, is_asked
from nexcred.errors import MissingField, NotProved, Problem, UsageError
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.nexla.lookup import translate
from nexcred.probing.outcome import login_due, warning_for
from nexcred.services.credentials.add import is_ready
from nexcred.services.vaults.recipients import Recipients, find_recipients
from nexcred.wire.credential import credential_shape


class AddFlags(NamedTuple):
    """The flags that say more than what is known of the credential."""

    settings: tuple[str, ...]
    body: str | None
    expires: str | None
    rotate_every: str | None
    share_with: tuple[str, ...]
    if_missing: bool
    replace: bool
    probe: bool
    save_unverified: bool
    private: bool
    json: bool

    def __repr__(self) -> str:
        return repr_of(self)


def add_said(context: Context, given: CredentialInput, flags: AddFlags, begun: Begun | None) -> int:
    """Add it, or go on with what was `begun` by asking; return the exit code."""
    if flags.if_missing and flags.replace:
        raise UsageError("--if-missing leaves what is there as it is, --replace updates it: pass one of them")
    recipients = _recipients(context, flags.share_with, private=flags.private)
    request, problems = (begun.request, ()) if begun else _gather(context, given, flags.settings, flags.body)
    entered = parse_entered(flags.expires, flags.rotate_every, context.now())
    choices = Choices(flags.probe, flags.save_unverified, flags.private, recipients, entered)
    present = None
    if flags.if_missing or flags.replace:
        present = find_present(context, _with_connector(request), is_for_update=flags.replace)
    if present is not None and flags.replace:
        return _replace(context, present, request, problems, choices, as_json=flags.json)
    if present is not None:
        _tell_present(context, present, as_json=flags.json)
        return 0
    is_first = not has_vault(context)
    if begun is None and context.terminal.interactive and not problems and _is_incomplete(request):
        begun = begin_by_spec(context, request, private=flags.private)
    if begun is not None:
        added = add_by_asking(context, begun, choices)
    else:
        added = add_as_given(context, _with_connector(request), problems, choices)
    _tell(context, added, as_json=flags.json)
    _tell_same_secret(context, added)
    tell_sharing(context, [added.credential], recipients)
    if is_first and context.terminal.interactive:
        from nexcred.cli.dialogs.first_vault import offer_recovery_key, tell_tomorrow  # once in the life of a vault

        offer_recovery_key(context)  # what was typed is kept by now
        tell_tomorrow(context)
    return 0


def _recipients(context: Context, said: tuple[str, ...], *, private: bool) -> Recipients:
    """Find them before anything is read or asked; raise MemberNotFound, UsageError, VaultNotFound."""
    if not said:
        return Recipients()
    if private:
        raise UsageError("--private keeps it to yourself, --share-with shares it: pass one of them")
    return find_recipients(context.vault, said)


def _gather(
    context: Context, given: CredentialInput, settings: tuple[str, ...], body: str | None
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
        given = given._replace(
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
    return given._replace(values={**values, **set_values}, secrecy={**in_body, **secrecy}), problems


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
) -> int:
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
        return 0
    tell_updated(context, present, done, "updated", as_json=as_json)
    return NotProved.exit_code if done.is_kept else 0


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
