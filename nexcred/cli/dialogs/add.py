"""Adding a credential: as given, or by asking until it is good, kept anyway, or discarded."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.add_begun import Begun, name_check, open_to_ask
from nexcred.cli.dialogs.allowed_hosts import ask_until_allowed
from nexcred.cli.dialogs.proving import Choices, is_to_be_fixed, is_to_be_fixed_for_doubt, probe_aloud, probe_quietly
from nexcred.cli.dialogs.vault_at_hand import has_vault, vault_or_pending
from nexcred.cli.input.new_credential import CredentialInput
from nexcred.cli.input.settings import together_with
from nexcred.cli.prompt.credential import ask_connector, ask_secrets, ask_values
from nexcred.cli.prompt.labels import ask_labels, ask_name
from nexcred.cli.prompt.prompter import Prompter, Tone
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.fast_reader import Introduction
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import choose_method
from nexcred.errors import (
    InvalidData,
    MissingField,
    NameTaken,
    NexcredError,
    NotProved,
    PortTaken,
    Problem,
    Rejected,
)
from nexcred.model.credential import Credential, Value
from nexcred.model.name import normalise_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import Secret
from nexcred.model.shell_word import shell_word
from nexcred.services.credentials.add import is_ready, probe_new, refusal_of_new, refuse_new, save_new
from nexcred.services.credentials.draft import NewCredential, prepare_new
from nexcred.services.grants.login import needs_login
from nexcred.vault.vault import Vault


class Added(NamedTuple):
    """The saved credential and its probe's result; `told` if a person has read that already."""

    credential: Credential
    new: NewCredential
    result: ProbeResult | None
    told: bool = False


def find_present(context: Context, request: CredentialInput, *, is_for_update: bool = False) -> Credential | None:
    """Return what has the wanted name already, None where nothing has; raise NameTaken for what is another thing.

    An update may give it another method.
    """
    connector = load_connector(request.connector or "")
    name = normalise_name(connector.name if request.name is None else request.name)
    if not has_vault(context) or not context.vault.has(name):
        return None
    present = context.vault.find(name)
    if present.connector != connector.name:
        raise _another(present, f"the connector {present.connector}")
    if not is_for_update and (request.method is not None or request.values):
        method = choose_method(connector, request.values.keys(), request.method)
        if method.name != present.method:
            raise _another(present, f"the method {present.method}")
    return present


def _another(present: Credential, why: str) -> NameTaken:
    hint = f"choose another name, or see it with: nexcred show {shell_word(present.name)}"
    return NameTaken(f"'{present.name}' is there already, with {why}", hint=hint)


def add_as_given(context: Context, request: CredentialInput, problems: tuple[Problem, ...], choices: Choices) -> Added:
    """Add what is complete; raises all that is missing or bad at once, Rejected, NameTaken, HostRefused."""
    vault, make_vault = vault_or_pending(context)
    is_taken = name_check(vault)
    with together_with(problems):
        new = prepare(context, request, is_taken)
    for warning in new.warnings:
        context.streams.warn(warning)
    result = None
    if choices.probe and needs_login(new.method.auth):
        new = _logged_in(context, new) if context.terminal.interactive else new
    if choices.probe and is_ready(new):
        new, result = probe_quietly(context, new.connector, partial(probe_new, new))
    if not choices.save_unverified:
        refuse_new(new, result)
    saved = _save(make_vault(), new, result, choices, save_unverified=choices.save_unverified)
    return Added(saved, new, result)


def add_by_asking(context: Context, begun: Begun, choices: Choices) -> Added:
    """Ask, probe, and ask what to do with what the provider refused. Nothing is written before the end."""
    prompter, make_vault, is_taken = context.prompter, begun.make_vault, name_check(begun.vault)
    wanted = ask_secrets(prompter, begun.request)
    while True:
        new, wanted = _prepare_with_patience(context, wanted, is_taken)
        new, result, failure = _prove_aloud(context, new) if choices.probe else (new, None, None)
        if not is_to_be_fixed(prompter, failure, choices) and (
            choices.save_unverified or not is_to_be_fixed_for_doubt(prompter, new.connector, result)
        ):
            break
        wanted = ask_again(prompter, wanted, new.connector, new.method, new.details.fields)
    while True:
        try:
            saved = _save(make_vault(), new, result, choices, save_unverified=True)
            return Added(saved, new, result, told=True)
        except NameTaken as error:  # by somebody else, while the questions were answered
            prompter.tell(error.message, Tone.BAD)
            new = replace(new, name=ask_name(prompter, new.connector.name, make_vault().has))


def begin_by_spec(context: Context, request: CredentialInput, *, private: bool) -> Begun:
    """Ask which connector, if it was not given, and begin as `begin` does with what its whole file says."""
    vault, make_vault = open_to_ask(context, private=private)
    name, pasted = (request.connector, None) if request.connector is not None else ask_connector(context.prompter)
    connector = load_connector(name)
    if pasted:
        values = {pasted.field: pasted.key, **request.values}
        request = request._replace(method=request.method or pasted.method, values=values)
    said = Introduction(connector.name, connector.title, connector.about, connector.description, connector.file)
    wanted = ask_labels(context.prompter, said, request, name_check(vault), has_key=pasted is not None)
    return Begun(wanted, vault, make_vault)


def _save(
    vault: Vault, new: NewCredential, result: ProbeResult | None, choices: Choices, *, save_unverified: bool
) -> Credential:
    return save_new(
        vault,
        new,
        result,
        save_unverified=save_unverified,
        is_private=choices.private,
        shared_with=choices.shared_with,
        entered=choices.entered,
    )


def _prepare_with_patience(
    context: Context, request: CredentialInput, is_taken: Callable[[str], bool]
) -> tuple[NewCredential, CredentialInput]:
    """Check the whole; values that do not go together are explained and asked for again."""
    while True:
        try:
            new = prepare(context, request, is_taken)
        except (MissingField, InvalidData) as error:
            connector = load_connector(request.connector or "")
            method = choose_method(connector, request.values.keys(), request.method)
            asked = {field.name for field in method.fields if not field.advanced}
            if not error.problems or not asked >= {problem.field for problem in error.problems}:
                raise
            for problem in error.problems:
                context.prompter.tell(f"{problem.field} {problem.problem}", Tone.BAD)
            present = {name: value for name, value in request.values.items() if isinstance(value, str | int | Secret)}
            request = ask_again(context.prompter, request, connector, method, present)
        else:
            return new, request._replace(allow_hosts=new.details.allowed_hosts)


def prepare(context: Context, request: CredentialInput, is_taken: Callable[[str], bool]) -> NewCredential:
    """Check the request; a host that its connector does not name is asked about at a terminal."""
    return ask_until_allowed(
        context,
        request.allow_hosts,
        lambda hosts: prepare_new(
            request.connector or "",
            request.values,
            is_taken=is_taken,
            method_name=request.method,
            name=request.name,
            description=request.description or "",
            tags=request.tags,
            allow_hosts=hosts,
            public=[name for name, is_secret in request.secrecy.items() if not is_secret],
        ),
    )


def _prove_aloud(context: Context, new: NewCredential) -> tuple[NewCredential, ProbeResult | None, NexcredError | None]:
    """Log in where that is due, probe, and say what was found; the error is why not to save it."""
    if needs_login(new.method.auth):
        try:
            new = _logged_in(context, new)
        except (Rejected, NotProved, PortTaken) as error:
            context.prompter.tell(error.message, Tone.BAD)
            context.prompter.tell(error.hint, Tone.QUIET)
            return new, None, error
    new, result = probe_aloud(context, new.connector, new.method, partial(probe_new, new))
    return new, result, refusal_of_new(new, result)


def _logged_in(context: Context, new: NewCredential) -> NewCredential:
    from nexcred.cli.dialogs.login import log_in  # a web server for the browser's answer

    session = log_in(context, new.connector, new.method, new.details)
    return replace(new, session=session)


def ask_again(
    prompter: Prompter, request: CredentialInput, connector: Connector, method: Method, present: Mapping[str, Value]
) -> CredentialInput:
    """Ask for every field that prompts ask for; the others keep what they were given."""
    kept = {
        name: value
        for name, value in request.values.items()
        if (field := method.find(name)) is not None and field.advanced
    }
    return request._replace(values=ask_values(prompter, connector, method, kept, present))
