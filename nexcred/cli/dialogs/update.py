"""Changing a credential: as said by flags, or by asking with the present values as defaults."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.allowed_hosts import ask_until_allowed
from nexcred.cli.dialogs.proving import Choices, is_to_be_fixed, probe_aloud, probe_quietly
from nexcred.cli.input.settings import together_with
from nexcred.cli.input.values import field_finder, read_values
from nexcred.cli.prompt.credential import ask_description, ask_values
from nexcred.cli.prompt.prompter import Prompter, Tone
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import Problem
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.probing.outcome import login_due, warning_for
from nexcred.services.credentials.update import (
    Prepared,
    UpdateInput,
    prepare_update,
    probe_update,
    refusal_of_update,
    save_update,
)
from nexcred.services.values.decoded import Decoded, open_details

Updated = tuple[Credential, tuple[str, ...]]


class UpdateFlags(NamedTuple):
    """The flags of `update`: each `--set` as typed, and what the others ask for; empty when nothing was said."""

    settings: tuple[str, ...] = ()
    others: UpdateInput = UpdateInput({})

    def __repr__(self) -> str:
        return repr_of(self, "others")


def update_as_said(context: Context, credential: Credential, said: UpdateFlags, choices: Choices) -> Updated:
    """Change what the flags name; return the credential and what to warn of."""
    values: dict[str, object] = {}
    problems: tuple[Problem, ...] = ()
    decoded = None
    if said.settings:
        decoded = open_details(context.vault, credential)
        finder = field_finder(decoded.connector, said.others.method or decoded.method.name)
        values, problems = read_values(context, said.settings, finder)
    with together_with(problems):
        prepared = prepare_change(context, credential, replace(said.others, values=values), decoded)
    result = None
    if choices.probe and prepared.values is not None:
        prepared, result = probe_quietly(context, prepared.values.connector, partial(probe_update, prepared))
    saved = save_update(context.vault, prepared, result, save_unverified=choices.save_unverified)
    return saved, _warnings(prepared, result)


def update_by_asking(context: Context, credential: Credential, choices: Choices) -> Updated:
    """Ask for each value, Enter keeping it; then as when adding."""
    prompter = context.prompter
    context.vault.require_writer(credential)
    connector, method, details, _ = open_details(context.vault, credential)
    prompter.tell()
    prompter.tell(f"{connector.title}: {make_visible(credential.name)}", Tone.TITLE)
    description = ask_description(prompter, connector, credential.description)
    wanted = UpdateInput({}, description=description)
    fields = details.fields
    while True:
        wanted = _ask(prompter, connector, method, details, wanted, fields)
        prepared = prepare_change(context, credential, wanted)
        prepared, result = _probe_aloud(context, prepared) if choices.probe else (prepared, None)
        if not is_to_be_fixed(prompter, refusal_of_update(prepared, result), choices):
            break
        fields = prepared.values.details.fields if prepared.values else fields
    saved = save_update(context.vault, prepared, result, save_unverified=True)
    ends_login = prepared.values is not None and prepared.values.ends_login
    return saved, (login_due(saved.name),) if ends_login else ()


def _ask(
    prompter: Prompter,
    connector: Connector,
    method: Method,
    details: Details,
    wanted: UpdateInput,
    present: Mapping[str, Value],
) -> UpdateInput:
    answers = ask_values(prompter, connector, method, {}, present)
    asked = {field.name for field in method.fields if not field.advanced}
    dropped = tuple(name for name in details.fields if name in asked and name not in answers)
    return replace(wanted, values=answers, unset=dropped)


def prepare_change(
    context: Context, credential: Credential, wanted: UpdateInput, decoded: Decoded | None = None
) -> Prepared:
    """Check the change; a host that its connector does not name is asked about at a terminal."""
    return ask_until_allowed(
        context,
        wanted.allow_hosts,
        lambda hosts: prepare_update(context.vault, credential, replace(wanted, allow_hosts=hosts), decoded),
    )


def _probe_aloud(context: Context, prepared: Prepared) -> tuple[Prepared, ProbeResult | None]:
    new = prepared.values
    if new is None or new.ends_login:
        return prepared, None
    return probe_aloud(context, new.connector, new.method, partial(probe_update, prepared))


def _warnings(prepared: Prepared, result: ProbeResult | None) -> tuple[str, ...]:
    new = prepared.values
    if new is None:
        return ()
    if new.ends_login:
        return (*new.warnings, login_due(prepared.credential.name))
    unproved = warning_for(result, new.connector, new.method)
    return (*new.warnings, unproved) if unproved else new.warnings
