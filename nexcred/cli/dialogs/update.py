"""Changing a credential: as said by flags, or by asking with the present values as defaults."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.allowed_hosts import ask_until_allowed
from nexcred.cli.dialogs.candidate import FIX, Updated, carry_out, what_becomes_of
from nexcred.cli.dialogs.proving import Choices, is_to_be_fixed, probe_aloud, probe_quietly
from nexcred.cli.input.settings import refusal, together_with
from nexcred.cli.input.values import field_finder, read_values, secrecy_said
from nexcred.cli.prompt.credential import ask_fields, ask_values
from nexcred.cli.prompt.labels import ask_description
from nexcred.cli.prompt.prompter import Prompter, Tone
from nexcred.cli.render.credential import end_stays, saved_line
from nexcred.connectors.free_fields import free_field, secrecy_of, with_free_fields
from nexcred.connectors.language.free_names import problem_in_name
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.values import choose_method
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import Secret, repr_of
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.probing.outcome import login_due, warning_for
from nexcred.services.credentials.entered import kept_end
from nexcred.services.credentials.exposed import who_and_why
from nexcred.services.credentials.merged_values import NewValues, UpdateInput
from nexcred.services.credentials.update import Prepared, prepare_update, probe_update, refusal_of_update
from nexcred.services.values.decoded import Decoded, open_details
from nexcred.services.values.kept_candidate import find_candidate
from nexcred.wire.credential import credential_shape, with_candidate

_ASK = "-"


class UpdateFlags(NamedTuple):
    """The flags of `update`: each `--set` as typed, the fields to ask for, and what the others ask for."""

    settings: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    others: UpdateInput = UpdateInput({})

    def __repr__(self) -> str:
        return repr_of(self, "others")


def asking_for_dashes(context: Context, said: UpdateFlags) -> UpdateFlags:
    """Ask for what is to come from standard input, where that is a terminal and a person types there."""
    if not context.terminal.interactive:
        return said
    dashed = tuple(one.partition("=")[0] for one in said.settings if one.partition("=")[2] == _ASK)
    settings = tuple(one for one in said.settings if one.partition("=")[2] != _ASK)
    return said._replace(settings=settings, asked=(*said.asked, *dashed))


def update_as_said(context: Context, credential: Credential, said: UpdateFlags, choices: Choices) -> Updated:
    """Change what the flags name."""
    values: dict[str, object] = {}
    problems: tuple[Problem, ...] = ()
    decoded = None
    if said.settings:
        decoded = open_details(context.vault, credential)
        values, problems = read_values(context, said.settings, _finder(decoded, said))
    with together_with(problems):
        wanted = replace(said.others, values=values, secrecy=secrecy_said(said.settings))
        prepared = prepare_change(context, credential, wanted, decoded)
    return save_probed(context, prepared, choices)


def _finder(decoded: Decoded, said: UpdateFlags) -> Callable[[str], Field | None]:
    """Return what finds a field; one that the credential names itself is as secret as it is now, or is said to be."""
    secrecy = {**secrecy_of(decoded.details.fields), **secrecy_said(said.settings)}
    return field_finder(decoded.connector, said.others.method or decoded.method.name, secrecy)


def save_probed(context: Context, prepared: Prepared, choices: Choices, anyway: str = "--save-unverified") -> Updated:
    """Prove changed values, and keep what is not refused, but by the flag `anyway`; raise Rejected, NotProved."""
    result = None
    if choices.probe and prepared.values is not None:
        prepared, result = probe_quietly(context, prepared.values.connector, partial(probe_update, prepared))
    if not choices.save_unverified and (refused := refusal_of_update(prepared, result, anyway)) is not None:
        raise refused
    done = carry_out(context, prepared, result, what_becomes_of(context, prepared, result, choices))
    return done._replace(warnings=(*_warnings(prepared, None if done.is_kept else result), *done.warnings))


def update_by_asking(context: Context, credential: Credential, choices: Choices, said: UpdateFlags) -> Updated:
    """Ask for each value, or for those that are named, Enter keeping it; then as when adding."""
    prompter = context.prompter
    context.vault.require_writer(credential)
    decoded = open_details(context.vault, credential)
    connector, method, details = decoded.connector, method_of(decoded, said.others.method), decoded.details
    only = _named_fields(connector, method, said.asked)
    values, problems = read_values(context, said.settings, _finder(decoded, said))
    if problems:
        raise refusal(problems)
    prompter.tell()
    prompter.tell(f"{connector.title}: {make_visible(credential.name)}", Tone.TITLE)
    base = replace(said.others, values=values, secrecy=secrecy_said(said.settings))
    if not only:
        base = replace(base, description=ask_description(prompter, connector.description, credential.description))
    fields = details.fields
    while True:
        wanted = _ask(prompter, connector, method, details, base, fields, only)
        prepared = prepare_change(context, credential, wanted)
        prepared, result = _probe_aloud(context, prepared) if choices.probe else (prepared, None)
        what = what_becomes_of(context, prepared, result, choices, was_told=True)
        if what != FIX and not is_to_be_fixed(prompter, refusal_of_update(prepared, result), choices):
            break
        fields = prepared.values.details.fields if prepared.values else fields
    done = carry_out(context, prepared, result, what)
    ends_login = prepared.values is not None and prepared.values.ends_login
    return done._replace(warnings=(*done.warnings, login_due(done.credential.name))) if ends_login else done


def method_of(decoded: Decoded, name: str | None) -> Method:
    """Return the method that is wanted, or the present one; raise InvalidData for none of the connector's."""
    if name is None:
        return decoded.method
    return with_free_fields(choose_method(decoded.connector, (), name), secrecy_of(decoded.details.fields))


def _named_fields(connector: Connector, method: Method, names: tuple[str, ...]) -> tuple[Field, ...]:
    """Return the fields of these names; raise InvalidData, which repeats none: one may be a secret in a wrong place."""
    found = []
    for name in names:
        field = method.find(name) or _new_field(method, name)
        if field is None:
            known = [one.name for one in method.fields]
            meant = suggest(name, known)
            raise InvalidData(
                f"{connector.name} has no field of this name",
                hint=f"did you mean '{meant}'?" if meant else f"it has: {', '.join(known)}",
            )
        found.append(field)
    return tuple(found)


def _new_field(method: Method, name: str) -> Field | None:
    """Return a further field that the credential names itself; None where it cannot have it."""
    is_fit = method.free_fields and not problem_in_name(name, [field.name for field in method.fields])
    return free_field(name, secret=True) if is_fit else None


def _ask(
    prompter: Prompter,
    connector: Connector,
    method: Method,
    details: Details,
    wanted: UpdateInput,
    present: Mapping[str, Value],
    only: tuple[Field, ...],
) -> UpdateInput:
    if only:
        answers = ask_fields(prompter, connector, method, only, present)
        asked = {field.name for field in only}
    else:
        answers = ask_values(prompter, connector, method, {}, present)
        asked = {field.name for field in method.fields if not field.advanced}
    given = {**wanted.values, **answers}
    dropped = tuple(name for name in details.fields if name in asked and name not in given)
    secrecy = {**wanted.secrecy, **{name: isinstance(value, Secret) for name, value in answers.items()}}
    return replace(wanted, values=given, unset=(*wanted.unset, *dropped), secrecy=secrecy)


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
    return tuple(filter(None, (*new.warnings, unproved, _kept_end(prepared, new))))


def _kept_end(prepared: Prepared, new: NewValues) -> str | None:
    """Say that an end which was entered for the former secret still counts."""
    end = kept_end(prepared.credential, prepared.entered)
    if end is None or not set(new.changed) & {*new.details.secret_fields, *prepared.credential.secret_fields}:
        return None
    return end_stays(prepared.credential, end)


def tell_updated(
    context: Context, before: Credential, done: Updated, verb: str, *, as_json: bool = False, told: Collection[str] = ()
) -> None:
    """Say what was done, or that the new values are only kept until they are proved.

    `told` are the member ids of whom it was said before that they know the secret.
    """
    saved = done.credential
    for warning in done.warnings:
        context.streams.warn(warning)
    if as_json:
        kept = find_candidate(context.vault, saved)
        context.streams.json(with_candidate(credential_shape(saved), kept))
    elif not done.is_kept and saved.revision == before.revision:
        context.streams.note("nothing changed")
    elif not done.is_kept:
        context.streams.line(saved_line(verb, saved))
    _tell_what_is_known(context, before, saved, told)


def _tell_what_is_known(context: Context, before: Credential, saved: Credential, told: Collection[str]) -> None:
    """Say that the new secret is one which somebody knows who should not; of those in `told` it was said before."""
    for one in saved.policy.exposed if saved.policy and saved.version != before.version else ():
        if one.revision == saved.version and one.why == "restored" and one.who not in told:
            context.streams.warn(make_visible(f"{saved.name} has a secret again that is exposed: {who_and_why(one)}"))
